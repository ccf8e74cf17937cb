// What is wrong with the texts of a frame, for whoever looks at frames.
#pragma once
#include <string>
#include <vector>

#include "gui/draw/paint.h"

// Complaints about one frame, "" if there are none.
inline std::string wrong_with(const std::vector<gui::PlacedText>& texts) {
    std::string wrong;
    for (size_t i = 0; i < texts.size(); ++i) {
        if (texts[i].cut) wrong += "'" + texts[i].text + "' is cut in " + texts[i].panel + "\n";
        if (!texts[i].panel_rect.contains(texts[i].rect)) wrong += "'" + texts[i].text + "' leaves " + texts[i].panel + "\n";
        for (size_t k = i + 1; k < texts.size(); ++k)
            if (texts[i].rect.overlaps(texts[k].rect)) wrong += "'" + texts[i].text + "' in " + texts[i].panel + " overlaps '" + texts[k].text + "'\n";
    }
    return wrong;
}

// What lies under a sheet does not count.
inline std::vector<gui::PlacedText> of_panel(const std::vector<gui::PlacedText>& texts, const std::string& panel) {
    std::vector<gui::PlacedText> out;
    for (const gui::PlacedText& text : texts)
        if (text.panel == panel) out.push_back(text);
    return out;
}
