#include <algorithm>

#include "gui/app/explore.h"
#include "gui/panels/panels.h"
#include "gui/platform/window.h"

namespace gui {

void window_frame(AppState& state, const Fonts& fonts, float scale, float width, float height, const Placed& placed, Canvas* canvas, Motion* motion) {
    app_settle(state);
    app_calibrate_settle(state);
    app_explore_settle(state);
    app_compare_settle(state);
    const Indexing::Hold hold(state.indexing.get());
    app_find_settle(state);
    app_selection_settle(state);
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({width, height});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
    ImGui::Begin("portside", nullptr, ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoBringToFrontOnFocus);
    Paint paint;
    paint.list = ImGui::GetWindowDrawList();
    paint.fonts = fonts;
    paint.canvas = canvas;
    paint.motion = motion;
    if (motion != nullptr) motion->begin(ImGui::GetIO().DeltaTime, state.still);
    if (canvas != nullptr) canvas->begin();
    paint.scale = scale;
    paint.placed = placed.texts;
    paint.items = placed.items;
    state.window = {.width = width / scale, .height = height / scale};
    Requests requests;
    draw_window(paint, state, width, height, requests);
    ImGui::End();
    ImGui::PopStyleVar(2);
    for (const Request& request : requests) request_run(state, request);
}

HeadlessWindow::HeadlessWindow(int width, int height, float scale) : width_(width), height_(height), scale_(scale), before_(ImGui::GetCurrentContext()), own_(ImGui::CreateContext()) {
    ImGui::SetCurrentContext(own_);
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;   // as the renderer of the window from OpenGL 3.2 on: more than 65,535 vertices
    io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    fonts_ = fonts_load(scale);
    canvas_.texture = reinterpret_cast<ImTextureID>(this);   // nobody draws it; any that is not the fonts'
    build_fonts_unseen(io);
    map_keys(io);
}

HeadlessWindow::~HeadlessWindow() {
    ImGui::DestroyContext(own_);
    ImGui::SetCurrentContext(before_);
}

sim::Result<std::string> HeadlessWindow::svg(AppState& state, const std::string& panel, const SvgNames& names) {
    frame(state);                                          // the first ones settle sizes
    draw_for_svg(true);
    do frame(state);
    while (app_find_busy(state));
    draw_for_svg(false);
    Rect part{0, 0, static_cast<float>(width_), static_cast<float>(height_)};
    if (!panel.empty()) {
        const auto at = std::ranges::find_if(items_, [&panel](const PlacedItem& item) { return item.panel == panel && item.name == panel; });
        if (at == items_.end()) return sim::Error{.file = {}, .line = 0, .column = 0, .what = "no part of the window that is shown is called '" + panel + "'", .hint = "such as timelines, ports, why, figures or events"};
        part = at->rect;
    }
    return svg_of(*ImGui::GetDrawData(), canvas_, part, names);
}

void HeadlessWindow::frame(AppState& state, const Input& input) {
    app_record_settle(state);
    app_files_settle(state);
    app_export_settle(state);
    ImGui::SetCurrentContext(own_);
    ImGuiIO& io = ImGui::GetIO();
    set_shift(io, input.shift), set_ctrl(io, input.ctrl);
    set_wheel(io, input.wheel);
    for (const ImGuiKey key : keys_) set_key(io, key, false);
    keys_ = input.keys;
    for (const ImGuiKey key : keys_) set_key(io, key, true);
    io.AddInputCharactersUTF8(input.text.c_str());
    frame(state, input.mouse_x, input.mouse_y, input.button);
}

void HeadlessWindow::frame(AppState& state, float mouse_x, float mouse_y, bool button) {
    ImGui::SetCurrentContext(own_);
    ImGuiIO& io = ImGui::GetIO();
    io.DeltaTime = 1.0f / 60;
    set_mouse(io, mouse_x < 0 ? ImVec2(-FLT_MAX, -FLT_MAX) : ImVec2(mouse_x, mouse_y), button);
    texts_.clear(), items_.clear();
    ImGui::NewFrame();
    window_frame(state, fonts_, scale_, static_cast<float>(width_), static_cast<float>(height_), {.texts = &texts_, .items = &items_}, &canvas_, animated_ ? &motion_ : nullptr);
    ImGui::Render();
    vertices_ = ImGui::GetDrawData()->TotalVtxCount;
    primitives_ = ImGui::GetDrawData()->TotalIdxCount / 3;
}

}  // namespace gui
