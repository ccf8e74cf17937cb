#include "gui/app/edits.h"

#include "sim/base/check.h"

namespace gui {

void Edits::begin(std::string text) {
    versions_.assign(1, {.text = std::move(text), .name = {}, .branched = {}});
    now_ = 0;
    close();
}

void Edits::add(std::string text, std::string name, std::string_view group, Branched branched) {
    versions_.resize(now_ + 1);
    const bool same = !group.empty() && group == group_ && now_ > 0;
    group_ = group;
    if (!same) versions_.emplace_back(), ++now_;
    versions_[now_] = {.text = std::move(text), .name = std::move(name), .branched = std::move(branched)};
}

const std::string& Edits::undo() {
    SIM_CHECK(can_undo(), "nothing to undo");
    close();
    return versions_[--now_].text;
}

const std::string& Edits::redo() {
    SIM_CHECK(can_redo(), "nothing to redo");
    close();
    return versions_[++now_].text;
}

}  // namespace gui
