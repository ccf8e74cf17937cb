// Drives the window without a screen as a person does: keys, mouse and text, items found by their names. After each interaction
// the frame is looked at: nothing overlaps, leaves its panel or is cut, and the state is one that can be.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "gui/app/commands.h"
#include "gui/platform/window.h"

namespace test {

class Driver {
public:
    /// Pixels; the scale of everything.
    struct Screen { int width, height; float scale; };
    Driver(gui::AppState& state, Screen screen);

    /// A key as the list of commands has it, kKeyCtrl and kKeyShift added; what it would write is written, as a keyboard does.
    void key(int code);
    void type(std::string_view text);
    /// Backspace, Delete and the like, which only fields know; ctrl: Ctrl+A and its kind.
    void field_key(ImGuiKey key, bool ctrl = false);
    /// The command through the palette, by its name.
    void palette(std::string_view command);
    /// An item: "play", or "topbar/play" where several are called alike. Places in it are shares of its width and height.
    void click(std::string_view item, float x = 0.5f, float y = 0.5f);
    void drag(std::string_view item, float from_x, float to_x, float y = 0.5f, bool shift = false);
    void wheel(std::string_view item, float lines, float x = 0.5f);
    void point(std::string_view item, float x = 0.5f, float y = 0.5f);
    /// Any place, in pixels.
    void mouse(float x, float y, bool button, float lines = 0);
    /// Frames in which nobody does anything.
    void frames(int count);

    const gui::PlacedItem* item(std::string_view name) const;
    /// This text stands somewhere, whole; over several lines or not.
    bool sees(std::string_view text) const;
    /// Of all that the last frame draws.
    uint64_t picture() const;
    /// What is wrong with the last frame and with the state, "" = nothing.
    std::string wrong() const;
    /// So far.
    size_t interactions() const { return interactions_; }
    gui::HeadlessWindow& window() { return window_; }

private:
    gui::AppState& state_;
    gui::HeadlessWindow window_;
    gui::HeadlessWindow::Input at_;       // the mouse stays where it is
    size_t interactions_ = 0;

    void one(const gui::HeadlessWindow::Input& input);
    void settle(std::string_view what);
    bool place(std::string_view name, float x, float y);
};

}  // namespace test
