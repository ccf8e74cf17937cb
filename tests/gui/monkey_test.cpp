// A monkey at the window: random keys, text and mouse, printed by their seed (another one each time where it has minutes), for
// PORTSIDE_TEST_COUNT seconds (4 in the quick tests). What it may
// do is all that a person may; after each act the frame and the state are looked at.
#include <chrono>
#include <random>

#include "tests/counts.h"
#include "tests/folder.h"
#include "tests/gui/driver.h"
#include "tests/gui/opened.h"

using test::Driver;

namespace {

class Monkey {
public:
    Monkey(gui::AppState& state, Driver& driver, std::mt19937_64& random) : state_(state), driver_(driver), random_(random) {}

    void act() {
        switch (below(10)) {
            case 0: case 1: case 2: return press_command();
            case 3: return driver_.key(static_cast<int>(' ' + below('_' - ' ')) + (below(4) == 0 ? gui::kKeyCtrl : 0) + (below(4) == 0 ? gui::kKeyShift : 0));
            case 4: return driver_.key(gui::kKeyLeft + static_cast<int>(below(gui::kKeyF10 - gui::kKeyLeft + 1)));
            case 5: return type();
            case 6: case 7: return on_item();
            case 8: return driver_.mouse(static_cast<float>(below(static_cast<uint64_t>(driver_.window().width()))), static_cast<float>(below(static_cast<uint64_t>(driver_.window().height()))), below(2) == 0, static_cast<float>(below(5)) - 2);
            default: return driver_.key(gui::kKeyEscape);
        }
    }

private:
    gui::AppState& state_;
    Driver& driver_;
    std::mt19937_64& random_;

    uint64_t below(uint64_t end) { return random_() % end; }
    float share() { return static_cast<float>(below(1000)) / 999; }

    void press_command() {
        const gui::CommandEntry& command = gui::command_list()[below(gui::command_list().size())];
        driver_.key(command.key);
        state_.quit = false;
    }

    // Words that mean something, and some that do not.
    void type() {
        constexpr const char* kWords[] = {"thread:1 ", "wait>", "2ms", "key:1", "rule:K17", "packet:3 ", "port:", "theme", "x", "[[", "\"", "=", "10us", "a long text that has no meaning at all ", "\xC3\xA9"};
        if (below(3) == 0) driver_.field_key(below(2) == 0 ? ImGuiKey_Backspace : ImGuiKey_Delete);
        else driver_.type(kWords[below(std::size(kWords))]);
    }

    void on_item() {
        const auto& items = driver_.window().items();
        if (items.empty()) return;
        const gui::PlacedItem& one = items[below(items.size())];
        const std::string name = one.panel + '/' + one.name;
        switch (below(4)) {
            case 0: return driver_.drag(name, share(), share(), share(), below(3) == 0);
            case 1: return driver_.wheel(name, static_cast<float>(below(7)) - 3, share());
            default: return driver_.click(name, share(), share());
        }
    }
};

// One without a scenario; its model is made while the monkey is at it.
gui::AppState of_program(const char* scenario) {
    sim::Trace trace = run_checked(scenario_named(scenario, {"seed=5"}));
    trace.header.source = "measured", trace.header.backend = "iocp", trace.header.program.name = "server.exe";
    trace.header.scenario.clear(), trace.header.scenario_text.clear();
    REQUIRE(sim::trace_write("server.ptrace", trace).ok());
    gui::AppState state;
    REQUIRE(gui::app_open(state, {"server.ptrace"}, {}).ok());
    return state;
}

gui::AppState opened_for(uint64_t number) {
    constexpr const char* kScenarios[] = {"limit-1-burst", "twice-cpus", "block-and-release", "two-ports"};
    if (number % 5 == 0) return of_program(kScenarios[number / 5 % 4]);
    return number % 2 == 0 ? opened_with_recordings(kScenarios[number / 2 % 4], 1 + number % 3) : opened(kScenarios[number / 2 % 4]);
}

}  // namespace

TEST_CASE("monkey: random keys, text and mouse leave the window whole") {
    const test::InFolder here;                             // what it saves goes with it
    const uint64_t seconds = test::count_or(4), seed = test::seed_or(seconds > 60 ? std::random_device{}() : 4711);
    MESSAGE("seed " << seed << ", " << seconds << " s");
    std::mt19937_64 random(seed);
    constexpr Driver::Screen kScreens[] = {{1280, 800, 1}, {1600, 900, 1}, {800, 500, 1}, {1920, 1080, 2}, {1024, 768, 1}, {760, 440, 1}, {640, 420, 1}};
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
    constexpr size_t kActsASecond = 40;                    // at most, so that a faster machine does not go where no one was
    const size_t acts_most = seconds > 60 ? SIZE_MAX : seconds * kActsASecond;
    size_t acts = 0;
    while (std::chrono::steady_clock::now() < end && acts < acts_most) {
        gui::AppState state = opened_for(random());
        const Driver::Screen screen = kScreens[random() % std::size(kScreens)];
        CAPTURE(state.scenario.name);
        CAPTURE(screen.width);
        CAPTURE(screen.scale);
        state.recorder.program = "/bin/false";             // a monkey keeps no real threads busy
        Driver driver(state, screen);
        Monkey monkey(state, driver, random);
        for (int i = 0; i < 120 && acts < acts_most && std::chrono::steady_clock::now() < end; ++i, ++acts) {
            CAPTURE(acts);
            monkey.act();
        }
    }
    MESSAGE(acts << " acts");
    CHECK(acts > 0);
}
