#include "sim/base/result.h"

namespace sim {

std::string Error::text() const {
    std::string out = file;
    if (line > 0) {
        out += ':' + std::to_string(line);
        if (column > 0) out += ':' + std::to_string(column);
    }
    if (!out.empty()) out += ": ";
    out += what;
    if (!hint.empty()) out += "; " + hint;
    return out;
}

}  // namespace sim
