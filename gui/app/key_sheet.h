// The sheet of keys: every command with its key under the title of its menu, in columns that keep a menu together.
#pragma once
#include <cstddef>
#include <vector>

#include "gui/app/menu.h"

namespace gui {

/// A line of it: a menu's title, a command, or, with neither, nothing.
struct KeyLine {
    const char* title = nullptr;
    const CommandEntry* command = nullptr;
};

struct KeySheet {
    size_t across = 1;                    ///< columns of a page
    size_t rows = 1;                      ///< of the longest column
    std::vector<std::vector<KeyLine>> columns;
    size_t pages() const { return (columns.size() + across - 1) / across; }
};
/// As few pages as a window of this size needs, and of these the columns as even as they can be.
KeySheet key_sheet(WindowSize size);

}  // namespace gui
