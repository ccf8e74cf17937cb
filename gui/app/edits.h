// Versions of a text with what led from each to the next: undo and redo without end. No ImGui.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "gui/app/branch.h"

namespace gui {

class Edits {
public:
    /// The first version; all others are forgotten.
    void begin(std::string text);
    /// A version after the present one; those that were undone go. `group`: follows one of the same group as part of the same
    /// change, as while a value is dragged, until `close`; "": a change of its own.
    void add(std::string text, std::string name, std::string_view group = {}, Branched branched = {});
    void close() { group_.clear(); }

    bool can_undo() const { return now_ > 0; }
    bool can_redo() const { return now_ + 1 < versions_.size(); }
    /// The present version's change, "" for the first; that of the next version.
    const std::string& undo_name() const { return versions_[now_].name; }
    const std::string& redo_name() const { return versions_[now_ + 1].name; }
    const std::string& text() const { return versions_[now_].text; }
    /// Where the run branches in the present version.
    const Branched& branched() const { return versions_[now_].branched; }
    /// The version before, or after, which is the present one from then on. There has to be one.
    const std::string& undo();
    const std::string& redo();
    size_t count() const { return versions_.size(); }

private:
    struct Version { std::string text, name; Branched branched; };
    std::vector<Version> versions_{1};
    size_t now_ = 0;
    std::string group_;
};

}  // namespace gui
