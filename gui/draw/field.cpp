#include "gui/draw/field.h"

#include <cmath>

namespace gui {
namespace {

struct Held { std::string& text; const std::string& given; };

// The field's own text while it is typed in: as long as it becomes, or replaced by the one that was given.
int hold(ImGuiInputTextCallbackData* data) {
    const Held& held = *static_cast<const Held*>(data->UserData);
    if (data->EventFlag == ImGuiInputTextFlags_CallbackAlways) {
        data->DeleteChars(0, data->BufTextLen);
        data->InsertChars(0, held.given.c_str());
    } else if (data->EventFlag == ImGuiInputTextFlags_CallbackResize) {
        held.text.resize(static_cast<size_t>(data->BufTextLen));
        data->Buf = held.text.data();
    }
    return 0;
}

enum class Kind : uint8_t { line, replaced_line, area };

Typed field(Paint& paint, const char* id, const Rect& rect, std::string& text, Kind kind) {
    const bool many = kind == Kind::area;
    const Theme& theme = *paint.theme;
    const ImVec2 padding{paint.px(4), many ? paint.px(4) : std::max(std::floor((rect.height() - paint.fonts.mono.size) / 2), 0.0f)};
    push_font(paint.fonts.mono);
    ImGui::PushStyleVar(ImGuiStyleVar_FramePadding, padding);
    ImGui::PushStyleVar(ImGuiStyleVar_FrameRounding, paint.px(3));
    ImGui::PushStyleColor(ImGuiCol_FrameBg, theme.back);
    ImGui::PushStyleColor(ImGuiCol_Text, theme.text);
    ImGui::PushStyleColor(ImGuiCol_TextSelectedBg, theme.accent_back);
    ImGui::PushStyleColor(ImGuiCol_ScrollbarBg, theme.back);
    ImGui::PushStyleColor(ImGuiCol_ScrollbarGrab, theme.faint);
    ImGui::SetCursorScreenPos({rect.x0, rect.y0});
    register_item(paint, id, rect);
    Typed typed;
    const std::string before = text, label = std::string("##") + id;   // an id that is not written beside it
    const ImGuiInputTextFlags flags = ImGuiInputTextFlags_CallbackResize | (kind == Kind::replaced_line ? ImGuiInputTextFlags_CallbackAlways : 0);
    Held held{text, before};
    // ImGui keeps what could be undone when a field is left, and applies it to whatever text the field has when it is entered again, beyond
    // its end: each time it is another field, and a line, whose text may be replaced while it is typed in, undoes nothing.
    ImGuiStorage* storage = ImGui::GetStateStorage();
    const ImGuiID times_left = ImGui::GetID(id);
    ImGui::PushID(storage->GetInt(times_left));
    if (many) {
        ImGui::InputTextMultiline(label.c_str(), text.data(), text.capacity() + 1, {rect.width(), rect.height()}, flags, hold, &held);
    } else {
        ImGui::SetNextItemWidth(rect.width());
        ImGui::InputText(label.c_str(), text.data(), text.capacity() + 1, flags | ImGuiInputTextFlags_AutoSelectAll | ImGuiInputTextFlags_NoUndoRedo, hold, &held);
    }
    paint.list->AddRect({rect.x0, rect.y0}, {rect.x1, rect.y1}, ImGui::IsItemActive() ? theme.accent : theme.line, paint.px(3));   // the ground may be that of the panel
    typed.changed = text != before;
    typed.left = ImGui::IsItemDeactivatedAfterEdit();
    typed.active = ImGui::IsItemActive();
    if (ImGui::IsItemDeactivated()) storage->SetInt(times_left, storage->GetInt(times_left) + 1);
    ImGui::PopID();
    ImGui::PopStyleColor(5);
    ImGui::PopStyleVar(2);
    ImGui::PopFont();
    return typed;
}

}  // namespace

Typed text_field(Paint& paint, const char* id, const Rect& rect, std::string& text, bool focus, bool replaced) {
    if (focus && !ImGui::IsAnyItemActive()) ImGui::SetKeyboardFocusHere();
    return field(paint, id, rect, text, replaced ? Kind::replaced_line : Kind::line);
}
Typed text_area(Paint& paint, const char* id, const Rect& rect, std::string& text) { return field(paint, id, rect, text, Kind::area); }

}  // namespace gui
