#include "gui/app/explore.h"
#include "gui/panels/panels.h"
#include "gui/platform/window.h"

namespace gui {

void window_frame(AppState& state, const Fonts& fonts, float scale, float width, float height, std::vector<PlacedText>* placed, Canvas* canvas, Motion* motion) {
    app_settle(state);
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
    paint.placed = placed;
    state.window = {.width = width / scale, .height = height / scale};
    Requests requests;
    draw_window(paint, state, width, height, requests);
    ImGui::End();
    ImGui::PopStyleVar(2);
    for (const Request& request : requests) request_run(state, request);
}

HeadlessWindow::HeadlessWindow(int width, int height, float scale) : width_(width), height_(height), scale_(scale) {
    ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;   // as the renderer of the window from OpenGL 3.2 on: more than 65,535 vertices
    io.DisplaySize = {static_cast<float>(width), static_cast<float>(height)};
    fonts_ = fonts_load(scale);
    canvas_.texture = reinterpret_cast<ImTextureID>(this);   // nobody draws it; any that is not the fonts'
    build_fonts_unseen(io);
}

HeadlessWindow::~HeadlessWindow() { ImGui::DestroyContext(); }

void HeadlessWindow::frame(AppState& state, float mouse_x, float mouse_y, bool button) {
    ImGuiIO& io = ImGui::GetIO();
    io.DeltaTime = 1.0f / 60;
    set_mouse(io, mouse_x < 0 ? ImVec2(-FLT_MAX, -FLT_MAX) : ImVec2(mouse_x, mouse_y), button);
    texts_.clear();
    ImGui::NewFrame();
    window_frame(state, fonts_, scale_, static_cast<float>(width_), static_cast<float>(height_), &texts_, &canvas_, animated_ ? &motion_ : nullptr);
    ImGui::Render();
    vertices_ = ImGui::GetDrawData()->TotalVtxCount;
    primitives_ = ImGui::GetDrawData()->TotalIdxCount / 3;
}

}  // namespace gui
