// Numbers, times and sentences as the window writes them. No ImGui.
#pragma once
#include <cstdint>
#include <string>

namespace gui {

/// A time with its unit, as many digits as it needs: "637.708 µs", "2.7 ms".
std::string time_label(int64_t ns);
/// To the microsecond, with the same digits throughout, for a clock that runs and for columns: "2.700 ms"; below a millisecond as time_label().
std::string clock_label(int64_t ns);
/// A mark of the ruler: "2.5 ms", as many digits as it needs.
std::string tick_label(int64_t ns);
/// A figure of about three digits: "0 ns", "15 µs", "2.70 ms".
std::string time_figure(double ns);
/// "1 079" or "1.83": whole numbers in groups of three.
std::string number_figure(double value);
/// A sentence of the narration with the window's sign for microseconds.
std::string window_text(std::string text);

}  // namespace gui
