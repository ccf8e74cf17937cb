#include <GLFW/glfw3.h>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_opengl3.h>
#include <stb/stb_image_write.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "gui/app/commands.h"
#include "gui/app/keys.h"
#include "gui/platform/movie.h"
#include "gui/platform/window.h"

namespace gui {
namespace {

std::string glfw_said;                    // GLFW's own reason, from its error callback

void on_glfw_error(int, const char* text) { glfw_said = text; }

void on_drop(GLFWwindow* window, int count, const char** paths) {
    auto& state = *static_cast<AppState*>(glfwGetWindowUserPointer(window));
    const Indexing::Hold hold(state.indexing.get());
    app_drop(state, {paths, paths + count});
}

sim::Error window_error(std::string what, std::string hint) { return {.file = {}, .line = 0, .column = 0, .what = std::move(what), .hint = std::move(hint)}; }

int key_of_glfw(int key) {
    switch (key) {
        case GLFW_KEY_LEFT: return kKeyLeft;
        case GLFW_KEY_RIGHT: return kKeyRight;
        case GLFW_KEY_HOME: return kKeyHome;
        case GLFW_KEY_END: return kKeyEnd;
        case GLFW_KEY_TAB: return kKeyTab;
        case GLFW_KEY_PAGE_UP: return kKeyPageUp;
        case GLFW_KEY_PAGE_DOWN: return kKeyPageDown;
        case GLFW_KEY_UP: return kKeyUp;
        case GLFW_KEY_DOWN: return kKeyDown;
        case GLFW_KEY_ESCAPE: return kKeyEscape;
        case GLFW_KEY_ENTER: case GLFW_KEY_KP_ENTER: return kKeyEnter;
        case GLFW_KEY_F10: return kKeyF10;
        case GLFW_KEY_KP_ADD: return '=';
        case GLFW_KEY_KP_SUBTRACT: return '-';
        default: return key < kKeyLeft ? key : 0;   // letters, digits and signs are their own; of the rest no command has one
    }
}

// A key that is held down makes one of each.
bool makes_a_file(int key) {
    CommandId id = CommandId::play;
    return command_of_key(key, id) && (id == CommandId::record || id == CommandId::save_png || id == CommandId::save_svg || id == CommandId::save_gif || id == CommandId::save_handout);
}

void on_key(GLFWwindow* window, int key, int, int action, int mods) {
    auto& state = *static_cast<AppState*>(glfwGetWindowUserPointer(window));
    if (action == GLFW_RELEASE) return;
    const int pressed = key_of_glfw(key) + ((mods & GLFW_MOD_CONTROL) != 0 ? kKeyCtrl : 0);
    if (action == GLFW_REPEAT && makes_a_file(pressed)) return;
    const Indexing::Hold hold(state.indexing.get());
    app_key(state, key_of_glfw(key), (mods & GLFW_MOD_CONTROL) != 0, (mods & GLFW_MOD_SHIFT) != 0, ImGui::GetIO().WantTextInput);
}

/// What was drawn, from the top.
struct Pixels {
    std::vector<uint32_t> all;
    int width = 0, height = 0;
};

Pixels read_pixels(GLFWwindow* window) {
    Pixels pixels;
    glfwGetFramebufferSize(window, &pixels.width, &pixels.height);
    const auto w = static_cast<size_t>(pixels.width), h = static_cast<size_t>(pixels.height);
    std::vector<uint32_t> upward(w * h);
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, pixels.width, pixels.height, GL_RGBA, GL_UNSIGNED_BYTE, upward.data());
    for (size_t y = 0; y < h; ++y)
        for (size_t x = 0; x < w; ++x) pixels.all.push_back(upward[(h - 1 - y) * w + x] | IM_COL32_A_MASK);
    return pixels;
}

// part: of no width: all of it.
sim::Status write_png(const std::string& path, const Pixels& pixels, const Rect& part) {
    const int x0 = part.width() < 1 ? 0 : std::clamp(static_cast<int>(part.x0), 0, pixels.width - 1), y0 = part.width() < 1 ? 0 : std::clamp(static_cast<int>(part.y0), 0, pixels.height - 1);
    const int x1 = part.width() < 1 ? pixels.width : std::clamp(static_cast<int>(std::ceil(part.x1)), x0 + 1, pixels.width), y1 = part.width() < 1 ? pixels.height : std::clamp(static_cast<int>(std::ceil(part.y1)), y0 + 1, pixels.height);
    stbi_flip_vertically_on_write(0);
    if (stbi_write_png(path.c_str(), x1 - x0, y1 - y0, 4, pixels.all.data() + static_cast<size_t>(y0) * static_cast<size_t>(pixels.width) + static_cast<size_t>(x0), pixels.width * 4) == 0) return window_error("can't write the screenshot " + path, "is the folder there, and may it be written?");
    return sim::Done{};
}

// What frames draw by the pixel, as OpenGL has it.
struct CanvasTexture {
    Canvas canvas;
    GLuint name = 0;
    int width = 0, height = 0;

    void make() {
        glGenTextures(1, &name);
        glBindTexture(GL_TEXTURE_2D, name);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
        glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
        canvas.texture = reinterpret_cast<ImTextureID>(static_cast<intptr_t>(name));   // NOLINT: what ImGui's renderer for OpenGL takes
    }
    // Rows that this frame has used.
    void upload() {
        glBindTexture(GL_TEXTURE_2D, name);
        glPixelStorei(GL_UNPACK_ALIGNMENT, 4);
        if (canvas.width() != width || canvas.height() != height) {
            width = canvas.width(), height = canvas.height();
            glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
        }
        if (canvas.used_rows() > 0) glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width, canvas.used_rows(), GL_RGBA, GL_UNSIGNED_BYTE, canvas.pixels());
    }
    void drop() { glDeleteTextures(1, &name); }
};

struct Screen {
    GLFWwindow* window = nullptr;
    Fonts fonts;
    CanvasTexture canvas;
    Motion motion;
    bool animated = false;            ///< not in a picture: that is of a moment
    std::vector<PlacedItem> items;        // of the last frame, where a part of it is asked for
    Movie movie;
    float scale = 1, drawn_scale = 1;

    ~Screen() {
        if (window != nullptr) {
            canvas.drop();
            ImGui_ImplOpenGL3_Shutdown();
            ImGui_ImplGlfw_Shutdown();
            ImGui::DestroyContext();
            glfwDestroyWindow(window);
        }
        glfwTerminate();
    }

    sim::Status open(AppState& state, const WindowOptions& options) {
        glfwSetErrorCallback(on_glfw_error);
        if (glfwInit() == GLFW_FALSE) return window_error("no window can be opened here: " + glfw_said, "without a display, `xvfb-run -a portside gui ... --screenshot FILE.png` draws a picture");
        glfwWindowHint(GLFW_VISIBLE, options.screenshot.empty() && options.gif.empty() ? GLFW_TRUE : GLFW_FALSE);
        glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
        glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 0);
        window = glfwCreateWindow(options.width, options.height, ("Portside: " + state.scenario.name).c_str(), nullptr, nullptr);
        if (window == nullptr) return window_error("the window could not be opened: " + glfw_said, "it needs OpenGL 3.0, which Mesa offers everywhere");
        glfwMakeContextCurrent(window);
        glfwSwapInterval(1);
        glfwSetWindowUserPointer(window, &state);
        glfwSetKeyCallback(window, on_key);
        glfwSetDropCallback(window, on_drop);
        ImGui::CreateContext();
        ImGui::GetIO().IniFilename = nullptr;
        ImGui_ImplGlfw_InitForOpenGL(window, true);
        ImGui_ImplOpenGL3_Init("#version 130");
        float screen = 1;
        glfwGetWindowContentScale(window, &screen, nullptr);
        scale = std::clamp(options.scale > 0 ? options.scale : screen, 0.5f, 3.0f);
        fonts = fonts_load(drawn_scale = scale_of(state));
        canvas.make();
        return sim::Done{};
    }

    float scale_of(const AppState& state) const {
        int width = 0, height = 0;
        glfwGetWindowSize(window, &width, &height);
        return shown_scale(scale, state.presenter, static_cast<float>(width), static_cast<float>(height));
    }

    void draw(AppState& state) {
        if (drawn_scale != scale_of(state)) {          // other sizes of letters
            ImGui_ImplOpenGL3_DestroyFontsTexture();
            fonts = fonts_load(drawn_scale = scale_of(state));
            ImGui_ImplOpenGL3_CreateFontsTexture();
        }
        items.clear();
        ImGui_ImplOpenGL3_NewFrame();
        ImGui_ImplGlfw_NewFrame();
        ImGui::NewFrame();
        const ImVec2 size = ImGui::GetIO().DisplaySize;
        window_frame(state, fonts, drawn_scale, size.x, size.y, {.texts = nullptr, .items = state.exports.panel.empty() ? nullptr : &items}, &canvas.canvas, animated ? &motion : nullptr);
        ImGui::Render();
        canvas.upload();
        int width = 0, height = 0;
        glfwGetFramebufferSize(window, &width, &height);
        glViewport(0, 0, width, height);
        glClear(GL_COLOR_BUFFER_BIT);
        ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
    }

    // A frame with what was asked to be saved of it.
    void draw_and_save(AppState& state) {
        app_record_settle(state);
        app_files_settle(state);
        app_export_settle(state);
        if (Movie::wanted(state)) movie.pose(state);
        draw(state);
        if (Movie::wanted(state)) {
            const Pixels pixels = read_pixels(window);
            movie.take(state, pixels.all, pixels.width, pixels.height);
        } else if (state.exports.due == ExportKind::png) {
            state.exports.due = ExportKind::none;
            if (const sim::Status saved = save_png(state, state.exports.file); saved) state.said = "Saved as " + state.exports.file + ".";
            else state.error = saved.error().text();
        }
    }

    sim::Status save_png(const AppState& state, const std::string& file) const {
        Rect part;
        if (!state.exports.panel.empty()) {
            const auto at = std::ranges::find_if(items, [&](const PlacedItem& item) { return item.panel == state.exports.panel && item.name == item.panel; });
            if (at == items.end()) return window_error("no part of the window that is shown is called '" + state.exports.panel + "'", "such as timelines, ports, why, figures or events");
            part = at->rect;
        }
        return write_png(file, read_pixels(window), part);
    }
};

// Wakes the window where it waits for events.
void wake() { glfwPostEmptyEvent(); }

constexpr std::chrono::seconds kKeepEvery{1};   // what is shown is written down so often, while it changes

constexpr double kLookEvery = 0.1;        // s: a recording that grows

// Frames only while something moves: after an event a few, while playing all, while a trace is read when there is more of it.
void show_until_closed(Screen& screen, AppState& state, SessionKeeper& session) {
    int frames_due = 3;
    screen.animated = true;
    bool kept = false;                                     // all that is shown
    auto last = std::chrono::steady_clock::now(), looked = last;
    bool asked = false;                                    // by the window's frame: the second time it closes in any case
    while (!state.quit) {
        if (glfwWindowShouldClose(screen.window) != GLFW_FALSE) {
            if (!std::exchange(asked, true)) app_quit(state);
            else state.quit = true;
            glfwSetWindowShouldClose(screen.window, GLFW_FALSE);
            frames_due = 3;
            continue;
        }
        if (state.playback.playing || frames_due > 0) {
            glfwPollEvents();
        } else {
            const auto began = std::chrono::steady_clock::now();
            if (state.recorder.now) glfwWaitEventsTimeout(kLookEvery);
            else if (!kept) glfwWaitEventsTimeout(std::chrono::duration<double>(kKeepEvery).count());
            if (!kept && !state.recorder.now && std::chrono::steady_clock::now() - began >= kKeepEvery) {   // nothing happened: what came sooner is drawn
                session.keep(state), kept = true;
                glfwWaitEvents();
            } else if (kept && !state.recorder.now) {
                glfwWaitEvents();
            }
            frames_due = 3;
            last = std::chrono::steady_clock::now();
        }
        if (ImGui::IsAnyMouseDown()) frames_due = 3;
        const auto now = std::chrono::steady_clock::now();
        if (state.playback.playing) {
            const Indexing::Hold hold(state.indexing.get());
            app_advance(state, std::chrono::duration<double>(now - last).count());
            frames_due = 3;
        }
        last = now;
        kept = false;
        if (now - looked >= kKeepEvery) {
            const Indexing::Hold hold(state.indexing.get());
            session.keep(state), looked = now;
        }
        if (app_find_busy(state) || screen.motion.moving()) frames_due = 2;
        if (state.exports.due != ExportKind::none) frames_due = 3;
        --frames_due;
        screen.draw_and_save(state);
        glfwSwapBuffers(screen.window);
    }
}

}  // namespace

sim::Status window_run(AppState& state, const WindowOptions& options) {
    Screen screen;
    if (sim::Status opened = screen.open(state, options); !opened) return opened;
    state.wake = wake;
    app_index(state, wake);
    if (options.screenshot.empty() && options.gif.empty()) {
        SessionKeeper none("");
        SessionKeeper& session = options.session != nullptr ? *options.session : none;
        session.begin(state);
        show_until_closed(screen, state, session);
        session.end();
        state.indexing.reset();                       // it wakes the window while that is there
        state.explore.explorer.reset();
        state.comparing.look.reset(), state.comparing.foretold.reset(), state.calibrating.work.reset();
        return sim::Done{};
    }
    while (app_indexing(state)) glfwWaitEventsTimeout(0.05);   // a picture is of the whole
    for (; app_calibrating(state) || state.calibrating.work; glfwWaitEventsTimeout(0.02)) app_settle(state), app_calibrate_settle(state);
    while (state.explore.explorer && !state.explore.explorer->whole()) glfwWaitEventsTimeout(0.05);
    while (app_compare_busy(state)) app_compare_settle(state), glfwWaitEventsTimeout(0.02);
    for (int frame = 0; frame < 3 || app_find_busy(state); ++frame) screen.draw(state);   // the first frames settle sizes
    if (!options.screenshot.empty())
        if (const sim::Status saved = screen.save_png(state, options.screenshot); !saved) return saved;
    if (options.gif.empty()) return sim::Done{};
    app_export(state, ExportKind::gif);
    state.exports.file = options.gif;
    while (state.exports.due != ExportKind::none) screen.draw_and_save(state);
    return state.error.empty() ? sim::Status(sim::Done{}) : window_error(state.error, {});
}

}  // namespace gui
