// For tests that need what a machine may lack. Prints "SKIPPED: wine: why"; where PORTSIDE_REQUIRE (a comma list, set by
// `tools/test.sh --require wine,perf,xvfb`) names it, the test fails instead. Use: if (!have_wine) { skip("wine", "..."); return; }
#pragma once
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace test {

inline bool required(std::string_view need) {
    const char* list = std::getenv("PORTSIDE_REQUIRE");
    const std::string all = "," + std::string(list ? list : "") + ",";
    return all.find("," + std::string(need) + ",") != std::string::npos;
}

inline void skip(std::string_view need, const std::string& why) {
    std::printf("SKIPPED: %.*s: %s\n", static_cast<int>(need.size()), need.data(), why.c_str());
    std::fflush(stdout);
    if (required(need)) FAIL("required, and not here: " << std::string(need) << ": " << why);
}

}  // namespace test
