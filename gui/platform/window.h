// The window on a real screen (GLFW, OpenGL) and, for tests, frames without one.
#pragma once
#include <string>
#include <vector>

#include "gui/app/session.h"
#include "gui/app/state.h"
#include "gui/draw/paint.h"
#include "gui/draw/svg.h"

namespace gui {

struct WindowOptions {
    int width = 1600, height = 900;       ///< pixels
    float scale = 0;                      ///< 0: from the screen
    std::string screenshot;               ///< PNG to write, then leave; "" = stay
    SessionKeeper* session = nullptr;     ///< keeps what is shown while it is open; null: nobody does
    std::string gif;                      ///< likewise: the chosen range as a GIF
};

/// Shows the window until it is closed. Error: no display, no OpenGL, the PNG can't be written.
sim::Status window_run(AppState& state, const WindowOptions& options);

/// Frames with no screen and no GPU: what would be drawn, and every text with its place.
/// A window that is there already, with a screen or without, stays as it is.
class HeadlessWindow {
public:
    struct Input {
        float mouse_x = -1, mouse_y = -1; ///< pixels; below 0: nowhere
        bool button = false, shift = false, ctrl = false;
        float wheel = 0;                  ///< lines
        std::string text{};               ///< typed
        std::vector<ImGuiKey> keys{};     ///< held down, of those that text fields know
    };
    HeadlessWindow(int width, int height, float scale);
    ~HeadlessWindow();
    HeadlessWindow(const HeadlessWindow&) = delete;
    HeadlessWindow& operator=(const HeadlessWindow&) = delete;
    /// One frame with the mouse at (x, y); button: pressed.
    void frame(AppState& state, float mouse_x = -1, float mouse_y = -1, bool button = false);
    void frame(AppState& state, const Input& input);
    /// A frame as SVG, or one panel of it, by its id. Error: no such panel is shown.
    sim::Result<std::string> svg(AppState& state, const std::string& panel, const SvgNames& names);
    const std::vector<PlacedText>& texts() const { return texts_; }
    /// From now on what changes its place slides there, a 60th of a second a frame.
    void animate() { animated_ = true; }
    bool moving() const { return motion_.moving(); }
    const std::vector<PlacedItem>& items() const { return items_; }
    int width() const { return width_; }
    int height() const { return height_; }
    int vertex_count() const { return vertices_; }
    /// Triangles in all of ImGui's draw lists.
    int primitive_count() const { return primitives_; }

private:
    int width_, height_;
    float scale_;
    ImGuiContext* before_;                // the window that was there
    ImGuiContext* own_;
    Fonts fonts_;
    Canvas canvas_;
    Motion motion_;
    bool animated_ = false;
    std::vector<PlacedText> texts_;
    std::vector<PlacedItem> items_;
    std::vector<ImGuiKey> keys_;          // down since the last frame
    int vertices_ = 0, primitives_ = 0;
};

/// What a frame registers of itself, for tests; null: nothing.
struct Placed { std::vector<PlacedText>* texts = nullptr; std::vector<PlacedItem>* items = nullptr; };
/// Draws one frame of the window into the current ImGui frame and carries out what was asked for.
void window_frame(AppState& state, const Fonts& fonts, float scale, float width, float height, const Placed& placed, Canvas* canvas, Motion* motion = nullptr);

}  // namespace gui
