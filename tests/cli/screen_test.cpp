// The real window on a virtual screen: a screenshot comes out, of the size that was asked for.
#include "tests/cli/shell.h"
#include "tests/skip.h"

using namespace test;

namespace {

unsigned number_at(const std::string& bytes, std::size_t at) {
    unsigned n = 0;
    for (std::size_t i = at; i < at + 4; ++i) n = n << 8 | static_cast<unsigned char>(bytes[i]);
    return n;
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
                                         "env -u DISPLAY -u WAYLAND_DISPLAY xvfb-run -a -s '-screen 0 1920x1200x24' ");
        REQUIRE_MESSAGE(outcome.code == 0, outcome.err);
        const std::string png = read_file(folder / "a shot.png");
        REQUIRE(png.size() > 5000);
        CHECK(png.substr(1, 3) == "PNG");
        CHECK(number_at(png, 16) == size[0]);
        CHECK(number_at(png, 20) == size[1]);
    }
}
