// `portside info --follow`: until the recording has been merged, or nobody writes it any more.
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <thread>

#include "sim/cli/commands.h"
#include "sim/cli/follow.h"
#include "sim/cli/json.h"
#include "sim/scenario/load.h"

namespace sim {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

// A system without locks: so long without a record, and the recorder counts as gone.
constexpr std::chrono::seconds kSilence{3};
// Between a lock that is given back and the file that goes.
constexpr std::chrono::seconds kGrace{1};
// Between the file that goes and its trace: Wine's recorder ends.
constexpr std::chrono::seconds kRename{30};
constexpr std::chrono::milliseconds kLookAtLeast{50};

bool is_there(const std::string& path) {
    std::error_code ignored;
    return fs::exists(path, ignored);
}

// While a trace is recorded it is NAME.part; on backend iocp the Windows recorder writes NAME.new, which becomes NAME when that is good.
struct Growing { std::string trace, fresh, part; };

Growing growing_of(const std::string& named) {
    constexpr std::string_view kPart = ".part", kNew = ".new";
    std::string trace = named;
    if (trace.ends_with(kPart)) trace.resize(trace.size() - kPart.size());
    if (trace.ends_with(kNew)) trace.resize(trace.size() - kNew.size());
    const std::string fresh = trace + std::string(kNew);
    for (const std::string& one : {trace, fresh})
        if (is_there(one + std::string(kPart))) return {trace, one, one + std::string(kPart)};
    return {trace, trace, {}};
}

// Prints what is there so far: on a terminal in one line, else in a line each.
class Teller {
public:
    explicit Teller(bool json) : json_(json), in_place_(!json && isatty(STDOUT_FILENO) != 0) {}
    void say(const FollowFigures& figures) {
        const std::string text = json_ ? follow_json(figures) : follow_text(figures);
        std::printf(in_place_ ? "\r%s\033[K" : "%s\n", text.c_str());
        std::fflush(stdout);
        said_ = true;
    }
    void end() {
        if (in_place_ && said_) std::printf("\n");
    }

private:
    bool json_, in_place_, said_ = false;
};

enum class End { merged, died, nothing };

// One kind of file; which one is known as soon as its beginning is written.
struct Follower {
    FollowBytes bytes;
    std::optional<FollowRings> rings{};
    std::optional<FollowRaw> raw{};

    bool look() {
        if (!rings && !raw) rings = FollowRings::begin(bytes);
        if (!rings && !raw) raw = FollowRaw::begin(bytes);
        if (rings) rings->look(bytes);
        if (raw) raw->look(bytes);
        return rings || raw;
    }
    const FollowFigures& figures() const { return rings ? rings->figures() : raw->figures(); }
};

End follow(Follower& follower, const Growing& growing, Clock::duration every, Teller& teller) {
    const auto begun = Clock::now();
    auto next = begun, alive = begun;
    FollowFigures before;
    bool was_held = false;
    while (true) {
        const bool gone = !is_there(growing.part);         // asked first: what was written until then is looked at
        const bool held = follower.bytes.is_held(), looked = follower.look();
        const auto now = Clock::now();
        if (held || (looked && !(follower.figures() == before))) alive = now;
        was_held = was_held || held;
        if (looked) before = follower.figures();
        const bool died = !held && now - alive >= (was_held ? kGrace : kSilence);
        if (looked && (now >= next || gone || died)) {
            teller.say(follower.figures());
            while (next <= now) next += every;
        }
        if (gone) return End::merged;
        if (died) return looked ? End::died : End::nothing;
        std::this_thread::sleep_for(std::min<Clock::duration>(every, kLookAtLeast));
    }
}

int tell_whole(const std::string& trace, bool json) {
    return json ? cmd_info_line(trace) : cmd_info({.trace = trace});
}

}  // namespace

int cmd_info_follow(const InfoOptions& options) {
    const Result<Duration> every = parse_duration(options.every);
    if (!every || every->ns < 10'000'000) return fail("info", {.file = "--every " + options.every, .line = 0, .column = 0, .what = every ? "10ms or more is needed" : every.error().what, .hint = "write a number and its unit: 1s"}, kExitWrongUse);
    const Growing growing = growing_of(options.trace);
    std::error_code none;
    if (growing.part.empty() && is_there(growing.trace)) {
        std::fprintf(stderr, "portside info: nobody records %s now; this is the trace that is there\n", growing.trace.c_str());
        return tell_whole(growing.trace, options.json);
    }
    if (growing.part.empty()) return fail("info", {.file = options.trace, .line = 0, .column = 0, .what = "nobody records it: there is no " + growing.trace + ".part", .hint = "name the trace that a recording was told to write"});
    const auto old = is_there(growing.trace) ? fs::last_write_time(growing.trace, none) : fs::file_time_type::min();
    Result<FollowBytes> bytes = FollowBytes::open(growing.part);
    if (!bytes) return fail("info", bytes.error());
    Follower follower{.bytes = std::move(bytes.value())};
    Teller teller(options.json);
    const End end = follow(follower, growing, std::chrono::nanoseconds(every->ns), teller);
    teller.end();
    if (end == End::died) std::fprintf(stderr, "portside info: the recorder is gone, and %s not written; this is what %s holds\n", growing.trace.c_str(), growing.part.c_str());
    if (end != End::merged) return tell_whole(growing.part, options.json);
    for (const auto begun = Clock::now(); growing.fresh != growing.trace && is_there(growing.fresh) && Clock::now() - begun < kRename;) std::this_thread::sleep_for(kLookAtLeast);
    if (!is_there(growing.trace) || fs::last_write_time(growing.trace, none) == old) return fail("info", {.file = growing.trace, .line = 0, .column = 0, .what = "the recording ended without a trace", .hint = "its own command says why"});
    return tell_whole(growing.trace, options.json);
}

}  // namespace sim
