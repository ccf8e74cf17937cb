// The version of Portside, as CMakeLists.txt says it.
#pragma once

namespace sim {
inline constexpr const char* kVersion = PORTSIDE_VERSION;
}
