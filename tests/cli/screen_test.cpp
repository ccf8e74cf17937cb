// The real window on a virtual screen: a screenshot comes out, of the size that was asked for.
#include <algorithm>

#include "tests/cli/shell.h"
#include "tests/counts.h"
#include "tests/skip.h"

using namespace test;

namespace {

unsigned number_at(const std::string& bytes, std::size_t at) {
    unsigned n = 0;
    for (std::size_t i = at; i < at + 4; ++i) n = n << 8 | static_cast<unsigned char>(bytes[i]);
    return n;
}

constexpr const char* kOnScreen = "env -u DISPLAY -u WAYLAND_DISPLAY xvfb-run -a -s '-screen 0 1920x1200x24' ";

// "name value" of a line; below 0: there is none.
double value_of(const std::string& text, const std::string& name) {
    const std::size_t at = ("\n" + text).find("\n" + name + " ");
    return at == std::string::npos ? -1 : std::strtod(text.c_str() + at + name.size(), nullptr);
}

}  // namespace

TEST_CASE("window: a screenshot of each size that must be readable") {
    const Folder folder;
    if (shell(folder, "command -v xvfb-run && command -v xauth").code != 0) {
        skip("xvfb", "xvfb-run and xauth are not installed");
        return;
    }
    const unsigned sizes[][2] = {{1024, 768}, {1280, 800}, {1920, 1080}};
    for (const auto& size : sizes) {
        const std::string text = std::to_string(size[0]) + "x" + std::to_string(size[1]);
        CAPTURE(text);
        const Outcome outcome = portside(folder, "gui limit-1-burst --at 2ms --size " + text + " --screenshot 'a shot.png'",
                                         kOnScreen);
        REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
        const std::string png = read_file(folder / "a shot.png");
        REQUIRE(png.size() > 5000);
        CHECK(png.substr(1, 3) == "PNG");
        CHECK(number_at(png, 16) == size[0]);
        CHECK(number_at(png, 20) == size[1]);
    }
}

TEST_CASE("window: opened, played, zoomed, saved and recorded by a keyboard and a mouse; nothing is computed while nobody does anything") {
    const Folder folder;
    if (shell(folder, "command -v xvfb-run && command -v xauth && command -v xdotool").code != 0) {
        skip("xvfb", "xvfb-run, xauth and xdotool are not installed");
        return;
    }
    const std::string seconds = std::to_string(count_or(5));
    const Outcome outcome = shell(folder, "export XDG_STATE_HOME=\"$PWD/state\"; " + std::string(kOnScreen) + "bash " + quoted(std::string(PORTSIDE_SOURCE_DIR) + "/tests/gui/screen_drive.sh") + " " + quoted(PORTSIDE_PROGRAM) + " " + seconds);
    REQUIRE_MESSAGE(outcome.code == 0, (outcome.out + outcome.err + read_file(folder / "said")));
    MESSAGE(outcome.out);
    CHECK(value_of(outcome.out, "first_frame_ms") > 0);
    CHECK(value_of(outcome.out, "first_frame_ms") <= 2000);
    CHECK(value_of(outcome.out, "idle_percent") >= 0);
    CHECK(value_of(outcome.out, "idle_percent") < 0.5);
    CHECK(value_of(outcome.out, "left") == 0);
    const std::string session = read_file(folder / "session_kept");
    CHECK(session.find("limit-1-burst-port.ptrace") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(folder / "state/portside/session"));   // it closed by itself
    CHECK(read_file(folder / "limit-1-burst.gif").substr(0, 6) == "GIF89a");
}

TEST_CASE("window: two sides' data look different from an empty one, by the pixels of their timelines") {
    const Folder folder;
    if (shell(folder, "command -v xvfb-run && command -v xauth").code != 0) {
        skip("xvfb", "xvfb-run and xauth are not installed");
        return;
    }
    const auto shot = [&folder](const std::string& what, const std::string& png) {
        const Outcome outcome = portside(folder, "gui " + what + " --at 2ms --size 1280x800 --scale 1 --panel timelines --screenshot " + png, kOnScreen);
        REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
        return read_file(folder / png).size();
    };
    REQUIRE(portside(folder, "sim limit-1-burst --set port.port.policy=wine8 -o two.ptrace").code == 0);
    write_file(folder / "empty.toml", "until = \"6ms\"\n[[port]]\nname = \"port\"\n[[worker]]\nname = \"worker\"\nport = \"port\"\ncount = 6\non_packet = [ { compute = \"1ms\" } ]\n[[source]]\nname = \"s\"\nport = \"port\"\narrivals = { every = \"5900us\", count = 1 }\n");
    CHECK(shot("limit-1-burst two.ptrace", "two.png") > shot("empty.toml", "empty.png") * 5 / 4);
}
