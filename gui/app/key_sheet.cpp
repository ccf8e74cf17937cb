#include "gui/app/key_sheet.h"

#include <algorithm>

#include "gui/app/commands.h"

namespace gui {
namespace {

using Columns = std::vector<std::vector<KeyLine>>;

// A menu that has no room in what is left of a column begins the next one; one that is longer than a column goes on in it.
Columns flow(size_t rows) {
    Columns columns{{}};
    for (Menu menu = Menu::file; menu != Menu::count; menu = static_cast<Menu>(static_cast<int>(menu) + 1)) {
        std::vector<KeyLine> lines{{.title = menu_title(menu)}};
        for (const CommandEntry& command : menu_commands(menu)) lines.push_back({.title = nullptr, .command = &command});
        const size_t used = columns.back().size();
        if (used > 0 && used + 1 + lines.size() > rows) columns.emplace_back();
        else if (used > 0) columns.back().emplace_back();
        for (const KeyLine& line : lines) {
            if (columns.back().size() == rows) columns.emplace_back();
            columns.back().push_back(line);
        }
    }
    return columns;
}

}  // namespace

KeySheet key_sheet(WindowSize size) {
    constexpr float kAround = 52, kBeside = 28, kRow = 14.5F, kColumn = 242, kColumnsMost = 4;   // units: title and edges; the least that a line and a column need
    const auto fit = static_cast<size_t>(std::max(1.0F, (size.height - kAround) / kRow));
    KeySheet sheet{.across = static_cast<size_t>(std::clamp((size.width - kBeside) / kColumn, 1.0F, kColumnsMost)), .columns = flow(fit)};
    const size_t pages = sheet.pages();
    size_t longest = 0;
    for (int menu = 0; menu < static_cast<int>(Menu::count); ++menu) longest = std::max(longest, menu_commands(static_cast<Menu>(menu)).size() + 1);
    for (size_t rows = fit; rows > longest; --rows) {      // the longest column as short as it can be without parting a menu
        Columns shorter = flow(rows - 1);
        if ((shorter.size() + sheet.across - 1) / sheet.across > pages) break;
        sheet.columns = std::move(shorter);
    }
    for (const std::vector<KeyLine>& column : sheet.columns) sheet.rows = std::max(sheet.rows, column.size());
    return sheet;
}

}  // namespace gui
