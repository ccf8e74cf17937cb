#include "gui/draw/svg.h"

#include <stb/stb_image_write.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <vector>

#include "sim/report/markup.h"

namespace gui {
namespace {

constexpr double kEmOfLine = 0.859;       // DejaVu: an em is so much of the height that ImGui calls a font's size

std::string number(double value) { return sim::coordinate(value); }

std::string hex(ImU32 color) {
    constexpr const char* kDigits = "0123456789abcdef";
    std::string out = "#";
    for (const int shift : {IM_COL32_R_SHIFT, IM_COL32_G_SHIFT, IM_COL32_B_SHIFT}) out += kDigits[color >> (shift + 4) & 15], out += kDigits[color >> shift & 15];
    return out;
}

std::string fill_text(ImU32 color) {
    std::string out = " fill=\"" + hex(color) + '"';
    const unsigned alpha = color >> IM_COL32_A_SHIFT & 255;
    if (alpha < 255) {
        const auto hundredths = static_cast<unsigned>(std::lround(alpha * 100 / 255.0));
        out += std::string(" fill-opacity=\".") + (hundredths < 10 ? "0" : "") + std::to_string(hundredths) + '"';
    }
    return out;
}

std::string base64(const std::string& bytes) {
    constexpr const char* kSigns = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    for (size_t i = 0; i < bytes.size(); i += 3) {
        uint32_t group = 0;
        for (size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
        for (size_t k = 0; k < 4; ++k) out += i + k <= bytes.size() ? kSigns[group >> (18 - 6 * k) & 63] : '=';
    }
    return out;
}

void append(void* to, void* data, int size) { static_cast<std::string*>(to)->append(static_cast<const char*>(data), static_cast<size_t>(size)); }

std::string utf8(unsigned codepoint) {
    const auto byte = [](unsigned value) { return static_cast<char>(value); };
    if (codepoint < 0x80) return {byte(codepoint)};
    if (codepoint < 0x800) return {byte(0xC0 | codepoint >> 6), byte(0x80 | (codepoint & 63))};
    return {byte(0xE0 | codepoint >> 12), byte(0x80 | (codepoint >> 6 & 63)), byte(0x80 | (codepoint & 63))};
}

/// A letter of the atlas, by where it lies there.
struct Letter { const ImFont* font; const ImFontGlyph* glyph; };
using Letters = std::map<std::array<float, 2>, Letter>;

Letters letters_of(const ImFontAtlas& atlas) {
    Letters letters;
    for (const ImFont* font : atlas.Fonts) each_glyph(*font, [&](const ImFontGlyph& glyph) { if (glyph.Visible) letters[{glyph.U0, glyph.V0}] = {font, &glyph}; });
    return letters;
}

/// Letters beside each other in one font and colour.
struct Run { const ImFont* font = nullptr; ImU32 color = 0; float x = 0, y = 0, pen = 0; std::string text; };

class Writer {
public:
    Writer(const Canvas& canvas, const Rect& part, const SvgNames& names) : canvas_(canvas), part_(part), names_(names), atlas_(*ImGui::GetIO().Fonts), letters_(letters_of(atlas_)) {}

    void list(const ImDrawList& list) {
        for (const ImDrawCmd& command : list.CmdBuffer) {
            if (command.UserCallback != nullptr || command.ElemCount == 0) continue;
            clip({command.ClipRect.x, command.ClipRect.y, command.ClipRect.z, command.ClipRect.w});
            const bool pixels = command.GetTexID() == canvas_.texture && canvas_.texture != nullptr;
            const ImDrawIdx* index = list.IdxBuffer.Data + command.IdxOffset;
            const ImDrawVert* vertex = list.VtxBuffer.Data + command.VtxOffset;
            for (unsigned i = 0; i + 2 < command.ElemCount;) {
                const bool quad = i + 5 < command.ElemCount && index[i + 3] == index[i] && index[i + 4] == index[i + 2];
                if (quad && pixels) image(vertex[index[i]], vertex[index[i + 2]]), i += 6;
                else if (quad && letter(vertex[index[i]])) i += 6;
                else triangle(&index[i], vertex), i += 3;
            }
            end_shape();
        }
    }

    std::string document() {
        end_shape(), end_run();
        if (open_) body_ += "</g>\n";
        const std::string width = number(part_.width()), height = number(part_.height());
        std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"" + number(part_.x0) + ' ' + number(part_.y0) + ' ' + width + ' ' + height + "\" width=\"" + width + "\" height=\"" + height + "\">\n";
        out += sim::element("title", "", names_.title);
        out += "<defs>\n";
        for (const auto& [rect, id] : clips_) out += "<clipPath id=\"" + id + "\"><rect x=\"" + number(rect[0]) + "\" y=\"" + number(rect[1]) + "\" width=\"" + number(rect[2] - rect[0]) + "\" height=\"" + number(rect[3] - rect[1]) + "\"/></clipPath>\n";
        return out + "</defs>\n" + body_ + "</svg>\n";
    }

private:
    const Canvas& canvas_;
    Rect part_;
    const SvgNames& names_;
    const ImFontAtlas& atlas_;
    Letters letters_;
    std::string body_;
    std::map<std::array<float, 4>, std::string> clips_;
    std::array<float, 4> clip_{};
    bool open_ = false;                   // a group with that clip
    ImU32 color_ = 0;                     // of the shape
    std::string shape_;
    std::vector<ImDrawIdx> corners_;      // of its last polygon
    const ImDrawVert* vertices_ = nullptr;
    Run run_;

    void clip(std::array<float, 4> rect) {
        rect = {std::max(rect[0], part_.x0), std::max(rect[1], part_.y0), std::min(rect[2], part_.x1), std::min(rect[3], part_.y1)};
        if (open_ && rect == clip_) return;
        end_shape(), end_run();
        if (open_) body_ += "</g>\n";
        const auto known = clips_.try_emplace(rect, names_.ids + std::to_string(clips_.size()));
        body_ += "<g clip-path=\"url(#" + known.first->second + ")\">\n";
        clip_ = rect, open_ = true;
    }
    bool unseen() const { return clip_[2] <= clip_[0] || clip_[3] <= clip_[1]; }

    void end_polygon() {
        if (corners_.size() > 2) {
            char letter = 'M';
            for (const ImDrawIdx corner : corners_) shape_ += letter + number(vertices_[corner].pos.x) + ' ' + number(vertices_[corner].pos.y), letter = 'L';
            shape_ += 'Z';
        }
        corners_.clear();
    }
    void end_shape() {
        end_polygon();
        if (!shape_.empty() && !unseen()) body_ += "<path" + fill_text(color_) + " d=\"" + shape_ + "\"/>\n";
        shape_.clear();
    }

    // Neighbours of one colour are one path; a fan around its first corner is one polygon.
    void triangle(const ImDrawIdx* index, const ImDrawVert* vertices) {
        end_run();
        const ImU32 color = vertices[index[0]].col;
        if (color != color_ || vertices != vertices_) end_shape();
        color_ = color, vertices_ = vertices;
        if (corners_.size() > 2 && index[0] == corners_.front() && index[1] == corners_.back()) return corners_.push_back(index[2]);
        end_polygon();
        if ((color >> IM_COL32_A_SHIFT & 255) > 0) corners_.assign(index, index + 3);
    }

    void image(const ImDrawVert& from, const ImDrawVert& to) {
        end_shape(), end_run();
        const auto w = static_cast<float>(canvas_.width()), h = static_cast<float>(canvas_.height());
        const int x0 = std::clamp(static_cast<int>(from.uv.x * w), 0, canvas_.width() - 1), y0 = std::clamp(static_cast<int>(from.uv.y * h), 0, canvas_.height() - 1);
        const int x1 = std::clamp(static_cast<int>(std::ceil(to.uv.x * w)), x0 + 1, canvas_.width()), y1 = std::clamp(static_cast<int>(std::ceil(to.uv.y * h)), y0 + 1, canvas_.height());
        if (unseen()) return;
        std::string png;
        stbi_flip_vertically_on_write(0);
        stbi_write_png_to_func(append, &png, x1 - x0, y1 - y0, 4, canvas_.pixels() + static_cast<size_t>(y0) * static_cast<size_t>(canvas_.width()) + static_cast<size_t>(x0), canvas_.width() * 4);
        body_ += "<image x=\"" + number(from.pos.x) + "\" y=\"" + number(from.pos.y) + "\" width=\"" + number(to.pos.x - from.pos.x) + "\" height=\"" + number(to.pos.y - from.pos.y) + "\" preserveAspectRatio=\"none\" href=\"data:image/png;base64," + base64(png) + "\"/>\n";
    }

    // False: no letter's upper left corner.
    bool letter(const ImDrawVert& corner) {
        const auto found = letters_.find({corner.uv.x, corner.uv.y});
        if (found == letters_.end()) return false;
        end_shape();
        const Letter& one = found->second;
        const float x = corner.pos.x - one.glyph->X0, y = corner.pos.y - one.glyph->Y0, space = space_of(*one.font);
        const float gap = x - run_.pen;
        const bool on = run_.font == one.font && run_.color == corner.col && std::abs(y - run_.y) < 0.5f && gap > -0.6f && gap < 3.6f * space;
        if (!on) {
            end_run();
            run_ = {.font = one.font, .color = corner.col, .x = x, .y = y, .pen = x, .text = {}};
        }
        for (int spaces = static_cast<int>(std::lround((x - run_.pen) / space)); spaces > 0; --spaces) run_.text += ' ';
        run_.text += utf8(one.glyph->Codepoint);
        run_.pen = x + one.glyph->AdvanceX;
        return true;
    }
    void end_run() {
        if (run_.font != nullptr && !unseen()) {
            const std::string name = run_.font->GetDebugName();
            const float size = size_of(*run_.font);
            body_ += "<text x=\"" + number(run_.x) + "\" y=\"" + number(run_.y + ascent_of(*run_.font)) + "\" textLength=\"" + number(run_.pen - run_.x) + "\" style=\"font:" + (name.find("Bold") != std::string::npos ? "bold " : "") + number(size * kEmOfLine) + "px ";
            body_ += name.find("Mono") != std::string::npos ? "'DejaVu Sans Mono',monospace" : "'DejaVu Sans',Verdana,sans-serif";
            body_ += ";fill:" + hex(run_.color) + "\" xml:space=\"preserve\">" + sim::escaped(run_.text, 10'000) + "</text>\n";
        }
        run_ = {};
    }
};

}  // namespace

void draw_for_svg(bool on) {
    ImGuiStyle& style = ImGui::GetStyle();
    style.AntiAliasedFill = style.AntiAliasedLines = style.AntiAliasedLinesUseTex = !on;
}

std::string svg_of(const ImDrawData& data, const Canvas& canvas, const Rect& part, const SvgNames& names) {
    Writer writer(canvas, part, names);
    for (int i = 0; i < data.CmdListsCount; ++i) writer.list(*data.CmdLists[i]);
    return writer.document();
}

}  // namespace gui
