// What differs between Dear ImGui 1.86 (Debian 12) and the current releases: fonts have no size of their own since 1.92, input goes
// through a queue since 1.87. The one place that asks for the version.
#pragma once
#include <imgui.h>

namespace gui {

/// A face at the size, in pixels, at which it is drawn.
struct Font { ImFont* face = nullptr; float size = 0; };

/// Where a line of this width has to be broken.
inline const char* wrap_position(const Font& font, const char* begin, const char* end, float width) {
#if IMGUI_VERSION_NUM >= 19200
    return font.face->CalcWordWrapPosition(font.size, begin, end, width);
#else
    return font.face->CalcWordWrapPositionA(font.size / font.face->FontSize, begin, end, width);
#endif
}

/// What widgets write in, until ImGui::PopFont.
inline void push_font(const Font& font) {
#if IMGUI_VERSION_NUM >= 19200
    ImGui::PushFont(font.face, font.size);
#else
    ImGui::PushFont(font.face);
#endif
}

/// Makes the atlas for frames that no renderer draws.
inline void build_fonts_unseen(ImGuiIO& io) {
#if IMGUI_VERSION_NUM >= 19200
    io.BackendFlags |= ImGuiBackendFlags_RendererHasTextures;   // made on demand
#else
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    io.Fonts->GetTexDataAsRGBA32(&pixels, &width, &height);
#endif
}

/// The mouse for the next frame; (-FLT_MAX, -FLT_MAX): nowhere.
inline void set_mouse(ImGuiIO& io, ImVec2 at, bool left_down) {
#if IMGUI_VERSION_NUM >= 18700
    io.AddMousePosEvent(at.x, at.y);
    io.AddMouseButtonEvent(0, left_down);
#else
    io.MousePos = at;
    io.MouseDown[0] = left_down;
#endif
}

/// Whether Shift is held, for the next frame.
inline void set_shift(ImGuiIO& io, bool held) {
#if IMGUI_VERSION_NUM >= 18900
    io.AddKeyEvent(ImGuiMod_Shift, held);
#elif IMGUI_VERSION_NUM >= 18700
    io.AddKeyEvent(ImGuiKey_ModShift, held);
#else
    io.KeyShift = held;
#endif
}

inline void set_ctrl(ImGuiIO& io, bool held) {
#if IMGUI_VERSION_NUM >= 18900
    io.AddKeyEvent(ImGuiMod_Ctrl, held);
#elif IMGUI_VERSION_NUM >= 18700
    io.AddKeyEvent(ImGuiKey_ModCtrl, held);
#else
    io.KeyCtrl = held;
#endif
}

/// Keys that widgets know, without a platform that names them.
inline void map_keys([[maybe_unused]] ImGuiIO& io) {
#if IMGUI_VERSION_NUM < 18700
    for (int key = 0; key < ImGuiKey_COUNT; ++key) io.KeyMap[key] = key;
#endif
}
inline void set_key(ImGuiIO& io, ImGuiKey key, bool down) {
#if IMGUI_VERSION_NUM >= 18700
    io.AddKeyEvent(key, down);
#else
    io.KeysDown[key] = down;
#endif
}

/// How far the wheel turns with the next frame.
inline void set_wheel(ImGuiIO& io, float lines) {
#if IMGUI_VERSION_NUM >= 18700
    io.AddMouseWheelEvent(0, lines);
#else
    io.MouseWheel = lines;
#endif
}

/// Of the size at which the font was loaded, in pixels: its height, from the top of a line to where letters stand, a space.
#if IMGUI_VERSION_NUM >= 19200
inline float size_of(const ImFont& font) { return font.LegacySize; }
inline ImFontBaked& baked_of(const ImFont& font) { return *const_cast<ImFont&>(font).GetFontBaked(font.LegacySize); }
inline float ascent_of(const ImFont& font) { return baked_of(font).Ascent; }
inline float space_of(const ImFont& font) { return baked_of(font).GetCharAdvance(' '); }
#else
inline float size_of(const ImFont& font) { return font.FontSize; }
inline float ascent_of(const ImFont& font) { return font.Ascent; }
inline float space_of(const ImFont& font) { return font.GetCharAdvance(' '); }
#endif
/// Every letter of it.
template <class Each>
void each_glyph(const ImFont& font, const Each& each) {
#if IMGUI_VERSION_NUM >= 19200
    for (const ImFontGlyph& glyph : baked_of(font).Glyphs) each(glyph);
#else
    for (const ImFontGlyph& glyph : font.Glyphs) each(glyph);
#endif
}

}  // namespace gui
