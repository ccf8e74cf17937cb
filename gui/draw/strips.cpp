#include "gui/draw/strips.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace gui {
namespace {

constexpr int kStepRows = 80;             // higher strips are drawn in so many, and stretched
constexpr float kFaint = 0.38f;           // of what is reached within a column, not held

ImU32 with_alpha(ImU32 color, float alpha) { return (color & ~IM_COL32_A_MASK) | (static_cast<ImU32>(std::clamp(alpha, 0.0f, 1.0f) * 255 + 0.5f) << IM_COL32_A_SHIFT); }

ImU32 mixed(ImU32 a, ImU32 b, float share_of_b) {
    const auto mix = [=](int shift) { return static_cast<ImU32>(static_cast<float>((a >> shift) & 255) * (1 - share_of_b) + static_cast<float>((b >> shift) & 255) * share_of_b + 0.5f) << shift; };
    return mix(IM_COL32_R_SHIFT) | mix(IM_COL32_G_SHIFT) | mix(IM_COL32_B_SHIFT) | IM_COL32_A_MASK;
}

struct Mixer {
    std::array<std::array<float, 3>, kBoxKinds> colors{};

    explicit Mixer(const Theme& theme) {
        for (size_t kind = 0; kind < kBoxKinds; ++kind) {
            const ImU32 color = box_color(theme, static_cast<BoxKind>(kind));
            colors[kind] = {static_cast<float>((color >> IM_COL32_R_SHIFT) & 255), static_cast<float>((color >> IM_COL32_G_SHIFT) & 255), static_cast<float>((color >> IM_COL32_B_SHIFT) & 255)};
        }
    }
    // Straight alpha: the share of the time that is no rest.
    ImU32 mix(const Column& column, float width_ns, ImU32 empty) const {
        std::array<float, 3> sum{};
        float busy = 0;
        if ((column.ns[0] | column.ns[1] | column.ns[2] | column.ns[3]) == 0) return empty;
        for (size_t kind = 0; kind < kBoxKinds; ++kind) {
            if (column.ns[kind] == 0) continue;
            const auto ns = static_cast<float>(column.ns[kind]);
            busy += ns;
            for (size_t i = 0; i < 3; ++i) sum[i] += ns * colors[kind][i];
        }
        const float once = 1 / busy;
        const auto part = [&](size_t i) { return static_cast<ImU32>(sum[i] * once + 0.5f); };
        return with_alpha(IM_COL32(part(0), part(1), part(2), 255), busy / width_ns);
    }
};

}  // namespace

WaitMarks::WaitMarks(int64_t longest_ns) {
    for (size_t at = 16; at < strengths_.size(); ++at) {
        const float ns = std::ldexp(1 + static_cast<float>(at % 16) / 16, static_cast<int>(at / 16) - 1);
        strengths_[at] = std::clamp(ns / static_cast<float>(std::max<int64_t>(longest_ns, 1)), 0.05f, 1.0f);
    }
}

bool lane_strip(Paint& paint, const Rect& rect, const std::vector<Column>& columns, const ColumnGrid& grid, const WaitMarks& waits) {
    if (paint.canvas == nullptr || columns.empty()) return false;
    const auto count = static_cast<int>(columns.size());
    const Canvas::Area states = paint.canvas->take(count, 1), marks = paint.canvas->take(count, 1);
    if (!states.good() || !marks.good()) return false;
    const Mixer mixer(*paint.theme);
    const auto width_ns = static_cast<float>(grid.width_ns());
    ImU32 *state = paint.canvas->row(states, 0), *mark = paint.canvas->row(marks, 0), empty = with_alpha(paint.theme->running, 0);
    bool marked = false, any = false;
    for (size_t i = 0; i < columns.size(); ++i) {
        state[i] = mixer.mix(columns[i], width_ns, empty);
        empty = with_alpha(state[i], 0);                     // filtering at the edge of a box keeps its colour
        any = any || (state[i] & IM_COL32_A_MASK) != 0;
        const float strength = waits.strength(columns[i].worst_wait_ns);
        mark[i] = with_alpha(paint.theme->text, strength);
        marked = marked || strength > 0;
    }
    const ImVec2 end{static_cast<float>(count), 0};
    if (any) paint.canvas->draw(*paint.list, states, {0, 0}, end, {rect.x0, rect.y0}, {rect.x1, rect.y1});
    const float high = std::clamp(rect.height() * 0.18f, 1.0f, paint.px(3));
    if (marked && rect.height() >= paint.px(3)) paint.canvas->draw(*paint.list, marks, {0, 0}, end, {rect.x0, rect.y1 - high}, {rect.x1, rect.y1});
    return true;
}

bool step_strip(Paint& paint, const Rect& rect, const std::vector<StepColumn>& columns, uint32_t top, const StepStyle& style) {
    if (paint.canvas == nullptr || columns.empty()) return false;
    const auto count = static_cast<int>(columns.size()), rows = std::clamp(static_cast<int>(std::round(rect.height())), 1, kStepRows);
    const Canvas::Area area = paint.canvas->take(count, rows);
    if (!area.good()) return false;
    const float units = static_cast<float>(std::max(top, 1u)) / static_cast<float>(rows);
    const auto limit = static_cast<float>(style.limit > 0 ? style.limit : UINT32_MAX);
    static thread_local std::vector<float> means, mosts;
    means.clear(), mosts.clear();
    for (const StepColumn& column : columns) means.push_back(static_cast<float>(column.mean)), mosts.push_back(static_cast<float>(column.most));
    for (int y = 0; y < rows; ++y) {
        ImU32* row = paint.canvas->row(area, y);
        const float above = units * static_cast<float>(rows - y), below = above - units;   // the values that this row stands for
        const bool warning = (above + below) / 2 > limit;
        const ImU32 color = warning ? paint.theme->warning : style.color, none = with_alpha(color, 0);
        const float faint = warning ? 0.6f : kFaint, crowned = style.crown == 0 ? -1 : below + std::max(1.0f, units);
        for (size_t i = 0; i < columns.size(); ++i) {
            if (mosts[i] <= below) row[i] = none;
            else if (means[i] > below && means[i] <= crowned) row[i] = with_alpha(style.crown, (means[i] - below) / units);
            else if (means[i] >= above) row[i] = color;
            else row[i] = with_alpha(color, std::max((means[i] - below) / units, std::min((mosts[i] - below) / units, 1.0f) * faint));
        }
    }
    const float y0 = rows < kStepRows ? rect.y1 - static_cast<float>(rows) : rect.y0;
    paint.canvas->draw(*paint.list, area, {0, 0}, {static_cast<float>(count), static_cast<float>(rows)}, {rect.x0, y0}, {rect.x1, rect.y1});
    return true;
}

LanePixels::LanePixels(Paint& paint, float x0, float x1, float height)
    : paint_(paint), x0_(static_cast<int>(std::floor(x0))), width_(static_cast<int>(std::floor(x1)) - x0_), rows_(std::max(static_cast<int>(std::round(height)), 1)) {
    const float step = paint.px(7), half = paint.px(1.5f) / 2 / std::sqrt(0.5f);   // the lines of the hatch lie at 45 degrees
    for (int at = 0; at < std::max(width_, 1) + rows_; ++at) {
        const float place = std::fmod(static_cast<float>(at) + 0.5f, step);
        hatch_.push_back(std::clamp(half + 0.5f - std::min(place, step - place), 0.0f, 1.0f));
        const float dot = std::fmod(static_cast<float>(at) + paint.px(3), paint.px(5));
        dot_.push_back(std::clamp(paint.px(1.6f) - dot, 0.0f, 1.0f));
    }
    ground_ = paint.canvas == nullptr ? Canvas::Area{} : paint.canvas->take(width_, rows_);
    if (!ground_.good()) return;
    const auto thick = static_cast<int>(std::max(1.0f, std::round(paint.px(1.3f))));
    for (int y = 0; y < rows_; ++y) {
        ImU32* row = paint.canvas->row(ground_, y);
        std::fill_n(row, width_, paint.theme->lane);
        const bool line = y >= rows_ / 2 && y < rows_ / 2 + thick;
        for (int x = 0; line && x < width_; ++x) row[x] = mixed(paint.theme->lane, paint.theme->parked, std::clamp(paint.px(1.3f) - std::fmod(static_cast<float>(x), paint.px(4)), 0.0f, 1.0f));
    }
}

void LanePixels::ground(float y) {
    const float x0 = static_cast<float>(x0_), x1 = static_cast<float>(x0_ + width_), top = std::round(y), rows = static_cast<float>(rows_);
    if (ground_.good()) return paint_.canvas->draw(*paint_.list, ground_, {0, 0}, {static_cast<float>(width_), rows}, {x0, top}, {x1, top + rows});
    fill(paint_, {x0, top, x1, top + rows}, paint_.theme->lane);
    dotted_line(paint_, x0, x1, top + rows / 2, paint_.theme->parked);
}

bool LanePixels::begin(float y) {
    y_ = std::round(y), any_ = false;
    area_ = paint_.canvas == nullptr ? Canvas::Area{} : paint_.canvas->take(width_, rows_);
    for (int row = 0; area_.good() && row < rows_; ++row) std::fill_n(paint_.canvas->row(area_, row), width_, ImU32{0});
    return area_.good();
}

LanePixels::Span LanePixels::solid(float x0, float x1, ImU32 color, bool apart) {
    const int from = std::clamp(static_cast<int>(std::round(x0)) - x0_, 0, width_), next = std::clamp(static_cast<int>(std::round(x1)) - x0_, 0, width_);
    const int to = next - (apart && next - from > static_cast<int>(paint_.px(4)) ? 1 : 0);
    const auto inset = static_cast<int>(std::max(1.0f, std::round(paint_.px(1))));
    const bool wide = to - from >= static_cast<int>(paint_.px(5)) && rows_ >= static_cast<int>(paint_.px(5));
    any_ = any_ || to > from;
    for (int y = 0; y < rows_; ++y) {
        ImU32* row = paint_.canvas->row(area_, y);
        const int in = wide && (y < inset || y >= rows_ - inset) ? inset : 0;   // corners
        std::fill(row + from, row + next, paint_.theme->lane);   // over its own columns
        std::fill(row + from + in, row + to - in, color);
    }
    return {.from = from, .to = to, .inset = wide ? inset : -1};
}

void LanePixels::plain(float x0, float x1, ImU32 color, bool apart) { solid(x0, x1, color, apart); }

void LanePixels::box(float x0, float x1, BoxKind kind, bool apart) {
    const ImU32 color = box_color(*paint_.theme, kind);
    const Span span = solid(x0, x1, color, apart);
    if (span.inset < 0 || kind == BoxKind::running || kind == BoxKind::suspended) return;
    for (int y = 0; y < rows_; ++y) {
        ImU32* row = paint_.canvas->row(area_, y);
        const int in = y < span.inset || y >= rows_ - span.inset ? span.inset : 0;
        const float dots = dot_[static_cast<size_t>(y)];
        for (int x = span.from + in; x < span.to - in; ++x) {
            const float cover = kind == BoxKind::blocked ? hatch_[static_cast<size_t>(x + y)] : dots * dot_[static_cast<size_t>(x)];
            if (cover > 0) row[x] = mixed(color, paint_.theme->on_box, cover / 3);   // a third of what it covers
        }
    }
}

void LanePixels::end() {
    const auto width = static_cast<float>(width_), rows = static_cast<float>(rows_), x0 = static_cast<float>(x0_);
    if (any_) paint_.canvas->draw(*paint_.list, area_, {0, 0}, {width, rows}, {x0, y_}, {x0 + width, y_ + rows});
}

PixelField::PixelField(Paint& paint, const Rect& rect)
    : paint_(paint), x0_(static_cast<int>(std::floor(rect.x0))), y0_(static_cast<int>(std::floor(rect.y0))), width_(static_cast<int>(std::ceil(rect.x1)) - x0_), height_(static_cast<int>(std::ceil(rect.y1)) - y0_) {
    area_ = paint.canvas == nullptr ? Canvas::Area{} : paint.canvas->take(width_, height_);
    for (int y = 0; area_.good() && y < height_; ++y) std::fill_n(paint.canvas->row(area_, y), width_, ImU32{0});
}

void PixelField::fill(const Rect& rect, ImU32 color) {
    if (!area_.good()) return gui::fill(paint_, rect, color);
    const auto in = [](float at, int first, int size) { return std::clamp(static_cast<int>(std::round(at)) - first, 0, size); };
    const int from = in(rect.x0, x0_, width_), to = std::max(in(rect.x1, x0_, width_), std::min(from + 1, width_)), top = in(rect.y0, y0_, height_), bottom = std::max(in(rect.y1, y0_, height_), std::min(top + 1, height_));
    for (int y = top; y < bottom; ++y) std::fill(paint_.canvas->row(area_, y) + from, paint_.canvas->row(area_, y) + to, color);
}

void PixelField::end() {
    const auto width = static_cast<float>(width_), height = static_cast<float>(height_), x0 = static_cast<float>(x0_), y0 = static_cast<float>(y0_);
    if (area_.good()) paint_.canvas->draw(*paint_.list, area_, {0, 0}, {width, height}, {x0, y0}, {x0 + width, y0 + height});
}

}  // namespace gui
