#include "sim/identify/intervals.h"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "sim/base/prng.h"
#include "sim/identify/decision.h"
#include "sim/identify/wakes_all.h"
#include "sim/port/policy.h"
#include "sim/port/port.h"
#include "sim/trace/print.h"

namespace sim {
namespace {

constexpr size_t kWorldsMax = 400;            // kept at a time
constexpr size_t kStackBytesMax = size_t{256} << 20;
constexpr size_t kStatesForOneMax = 12'000;   // looked at for one decision
constexpr uint8_t kPassesMax = 3;
constexpr uint64_t kContradictionsMax = 200;  // then nothing more is asked of the variant

/// How far a thread's get, and its wait elsewhere, have come in one order of the calls.
enum class At : uint8_t { outside, asked, decided, filling, given };   // filling: it has the first of its packets, and looks for more
enum class Wait : uint8_t { none, may_begin, began, over };
struct Place {
    At get = At::outside;
    Wait wait = Wait::none;
    bool leaves = false;                      // it asks another port or exits: this one has not heard of it
    bool must_run = false;                    // woken: it has had no processor since
    uint32_t filled = 0;                      // filling: packets that it has
    uint32_t parked_by = 0;                   // decided: the step of the history by which it waits
    friend bool operator==(const Place&, const Place&) = default;
};

struct World {
    PortState state;
    std::vector<Place> places;                // by thread
    std::vector<uint32_t> posts;              // begun, and not heard of: by number, in order
    uint8_t passes = 0;                       // gets that left packets behind, each of which may have woken one more waiter
};

uint64_t hash_of(const World& w) {
    uint64_t h = 0;
    const auto add = [&h](uint64_t value) { h = mix64(h ^ value); };
    const Port& port = w.state.ports[0];
    add(port.active);
    add(port.queue.size() << 8 | w.passes);
    port.queue.for_each_piece([&add](std::span<const PacketId> piece) {
        for (const PacketId packet : piece) add(packet.value);
    });
    for (const ThreadId t : port.waiters) add(t.value);
    for (size_t i = 0; i < w.places.size(); ++i)
        add(static_cast<uint64_t>(w.state.threads[i].state) << 24 | static_cast<uint64_t>(w.places[i].get) << 16 | static_cast<uint64_t>(w.places[i].wait) << 8 | (w.places[i].leaves ? 1 : 0) | (w.places[i].must_run ? 2 : 0) | uint64_t{w.places[i].parked_by} << 32);
    for (size_t i = 0; i < w.places.size(); ++i)
        if (w.places[i].filled > 0) add(uint64_t{w.places[i].filled} << 32 | i);
    for (const uint32_t post : w.posts) add(uint64_t{1} << 40 | post);
    return h;
}

struct Goal { CallStep::What what = CallStep::What::returned; uint32_t number = 0; };

class Search {
public:
    Search(const TraceHeader& header, const CallHistory& history, const Variant& variant, uint64_t states_max, Explained& explained, const Stop& stop)
        : header_(header), h_(history), variant_(variant), stop_(stop), states_left_(states_max), out_(explained), ask_of_(history.threads, kNoAsk), told_(history.asks.size(), false) {
        World first;
        Effects ignored;
        const uint32_t limit = history.limit != 0 ? history.limit : std::max(variant.limit, uint32_t{1});
        port_open(first.state, variant.policy, limit, ignored, variant.policy == Policy::nt ? variant.options : PortOptions{});
        first.state.threads.resize(history.threads);
        first.places.resize(history.threads);
        worlds_.push_back(std::move(first));
        passes_on_ = policy_name(variant.policy) == "epoll";
        fills_ = policy_name(variant.policy) == "wine8";
        counts_blocks_ = policy_row(variant.policy).limit != AdmissionLimit::none;
    }

    void run() {
        for (now_ = 0; now_ < h_.steps.size() && !lossy_ && states_left_ > 0 && !stop_.asked(); ++now_) read(h_.steps[now_]);   // lossy: nothing that follows could be told
        for (size_t a = 0; a < h_.asks.size(); ++a)       // after what can't be looked at
            if (!told_[a] && (h_.asks[a].end == AskCall::End::packets || h_.asks[a].end == AskCall::End::timed_out)) ++out_.undecided;
    }

private:
    const TraceHeader& header_;
    const CallHistory& h_;
    const Variant& variant_;
    const Stop& stop_;
    uint64_t states_left_;
    size_t stack_max_ = std::max<size_t>(64, kStackBytesMax / (sizeof(World) + h_.threads * (sizeof(PortThread) + sizeof(Place))));
    bool full_ = false;                                     // more states stood to be looked at than there is room for
    Explained& out_;
    std::vector<World> worlds_;
    uint32_t now_ = 0;                        // step
    std::vector<uint32_t> ask_of_;            // by thread: its get, as the records are read
    std::vector<uint32_t> asked_at_ = std::vector<uint32_t>(h_.threads, 0);   // by thread: the step at which it was called
    // By thread: whether it has a processor, and the step by which it had lost its last one. Who was never seen on one may have had one all along.
    struct Runs { bool now = true; uint32_t until = 0; };
    std::vector<Runs> runs_ = std::vector<Runs>(h_.threads);
    std::vector<uint32_t> begun_at_ = std::vector<uint32_t>(h_.posts.size(), 0);   // by post: its step
    std::vector<bool> told_;                  // by ask: counted
    std::vector<bool> surely_blocks_;
    bool counts_blocks_ = false, passes_on_ = false, fills_ = false;
    bool lossy_ = false;                      // states were left out: nothing can contradict any more
    uint64_t contradictions_ = 0;
    std::unordered_set<uint64_t> seen_;
    std::string would_;                       // what the variant does instead, as far as was met
    Rule rule_ = Rule::none;

    // --- one step of one order; false: not as recorded
    bool given(World& w, uint32_t thread, const std::vector<uint32_t>& packets) {
        if (w.places[thread].get != At::asked && w.places[thread].get != At::decided) return false;
        const AskCall& ask = h_.asks[ask_of_[thread]];
        w.places[thread].get = At::given;
        if (fills_ && ask.end == AskCall::End::packets && ask.most > 1) {
            w.places[thread].get = At::filling;
            w.places[thread].filled = 1;
            return ask.packets.front() == packets.front();
        }
        if (ask.end == AskCall::End::packets) return ask.packets == packets;
        // One that had not returned when the trace ends may hold what nobody else got.
        return ask.end == AskCall::End::open && std::all_of(packets.begin(), packets.end(), [this](uint32_t packet) { return h_.got.count(packet) == 0; });
    }
    // post: whose packet this may be about; without one a wake may be as old as the thread's wait.
    bool happened(World& w, const Effects& effects, uint32_t post = UINT32_MAX) {
        std::vector<Decision> decisions;
        append_decisions(effects, decisions);
        for (const Decision& d : decisions) {
            switch (d.what) {
                case Decision::What::queued: break;
                case Decision::What::woken:
                    w.places[d.thread].must_run = post != UINT32_MAX && !runs_[d.thread].now && runs_[d.thread].until <= begun_at_[post];
                    break;
                case Decision::What::waits:
                    w.places[d.thread].get = At::decided;
                    w.places[d.thread].parked_by = now_;
                    break;
                case Decision::What::timed_out:
                    if (h_.asks[ask_of_[d.thread]].end != AskCall::End::timed_out) return false;
                    w.places[d.thread].get = At::given;
                    break;
                case Decision::What::handed_over: case Decision::What::let_go: case Decision::What::took:
                    if (!given(w, d.thread, d.packets)) return differs(effects, decisions);
                    if (passes_on_ && !w.state.ports[0].queue.empty() && w.passes < kPassesMax) ++w.passes;
                    break;
                case Decision::What::abandoned: case Decision::What::alerted: return false;
            }
        }
        return true;
    }
    bool differs(const Effects& effects, const std::vector<Decision>& decisions) {
        if (!would_.empty()) return false;
        would_ = decisions_text(header_, decisions);
        for (const Effect& effect : effects.items)
            if (effect.rule != Rule::none) rule_ = effect.rule;
        return false;
    }
    bool post(World& w, uint32_t number) {
        Effects effects;
        std::erase(w.posts, number);
        port_post(w.state, {0}, {h_.posts[number].packet}, effects);
        return happened(w, effects, number);
    }
    bool get(World& w, uint32_t thread) {
        Effects effects;
        const AskCall& ask = h_.asks[ask_of_[thread]];
        PortThread& t = w.state.threads[thread];
        if (t.state != PortThreadState::running && t.state != PortThreadState::unknown) return false;
        port_get(w.state, {thread}, {0}, {.batch_max = fills_ ? 1 : ask.most, .poll = ask.poll}, effects);
        return happened(w, effects);
    }
    bool look(World& w, uint32_t thread) {
        Effects effects;
        port_look(w.state, {thread}, effects);
        return happened(w, effects);
    }
    // Wine 8 fills a batch with one call of its server for each packet: others take some in between.
    bool fill(World& w, uint32_t thread) {
        const AskCall& ask = h_.asks[ask_of_[thread]];
        Place& place = w.places[thread];
        PacketQueue& queue = w.state.ports[0].queue;
        if (place.filled == ask.packets.size() && (queue.empty() || place.filled == ask.most)) {
            place.get = At::given;
            return true;
        }
        if (queue.empty() || place.filled == ask.packets.size() || queue[0].value != ask.packets[place.filled]) return false;
        queue.pop_front();
        ++place.filled;
        return true;
    }
    bool time_out(World& w, uint32_t thread) {
        Effects effects;
        port_timeout(w.state, {thread}, effects);
        return happened(w, effects);
    }
    bool wait_begins(World& w, uint32_t thread) {
        Effects effects;
        w.places[thread].wait = Wait::began;
        port_block(w.state, {thread}, effects);
        return happened(w, effects);
    }
    bool wait_ends(World& w, uint32_t thread) {
        Effects effects;
        w.places[thread].wait = Wait::over;
        port_wake(w.state, {thread}, effects);
        return happened(w, effects);
    }
    // Linux wakes one more where epoll_wait leaves events behind (fs/eventpoll.c, ep_done_scan), which the model has no need of.
    bool pass_on(World& w) {
        Port& port = w.state.ports[0];
        const ThreadId thread = port.waiters.back();
        port.waiters.pop_back();
        w.state.threads[thread.value].state = PortThreadState::looking;
        ++port.active;
        --w.passes;
        return true;
    }
    bool leave(World& w, uint32_t thread) {
        Effects effects;
        w.places[thread].leaves = false;
        if (w.state.threads[thread].state != PortThreadState::running) return false;
        port_exit(w.state, {thread}, effects);
        w.state.threads[thread] = {};
        return happened(w, effects);
    }

    // --- search
    bool reached(const World& w, const Goal& goal) const {
        switch (goal.what) {
            case CallStep::What::returned: return w.places[h_.asks[goal.number].thread].get == At::given;
            case CallStep::What::parked_at_start: return w.places[h_.asks[goal.number].thread].get != At::asked;
            case CallStep::What::post_ends: return std::find(w.posts.begin(), w.posts.end(), goal.number) == w.posts.end();
            case CallStep::What::sleeps: return w.places[goal.number].get == At::decided && w.state.threads[goal.number].state == PortThreadState::waiting;
            case CallStep::What::runs: return w.places[goal.number].get != At::decided || w.state.threads[goal.number].state != PortThreadState::waiting;
            case CallStep::What::block_ends: {
                const Wait wait = w.places[goal.number].wait;
                return wait == Wait::over || wait == Wait::none || (wait == Wait::may_begin && !surely_blocks(goal.number));
            }
            case CallStep::What::asked: case CallStep::What::post_begins: case CallStep::What::block_begins: case CallStep::What::leaves: case CallStep::What::rests: return true;
        }
        return true;
    }
    bool surely_blocks(uint32_t thread) const { return thread < surely_blocks_.size() && surely_blocks_[thread]; }

    void push(World w, std::vector<World>& stack) {
        if (stack.size() < stack_max_) stack.push_back(std::move(w));
        else full_ = true;
    }

    template <class Do>
    void branch(const World& from, std::vector<World>& stack, Do step) {
        World w = from;
        if (!step(w)) return;
        if (seen_.insert(hash_of(w)).second) push(std::move(w), stack);
    }
    // Whether the thread's get has to be looked at now. Without a limit one that is neither asked for nor about to be given anything
    // may as well park later: whoever parks may be given any place that it could have taken since it was called.
    bool matters(const World& w, uint32_t thread, const Goal& goal) const {
        if (counts_blocks_) return true;
        if (goal.what == CallStep::What::sleeps && goal.number == thread) return true;
        if ((goal.what == CallStep::What::returned || goal.what == CallStep::What::parked_at_start) && h_.asks[goal.number].thread == thread) return true;
        const AskCall& call = h_.asks[ask_of_[thread]];
        const Port& port = w.state.ports[0];
        if (call.end == AskCall::End::timed_out) return port.queue.empty() && !w.posts.empty();   // behind a post it would find a packet
        if (call.end != AskCall::End::packets) return false;
        const auto is_first = [&](uint32_t packet) { return packet == call.packets.front(); };
        return (!port.queue.empty() && is_first(port.queue[0].value)) || std::any_of(w.posts.begin(), w.posts.end(), [&](uint32_t post) { return is_first(h_.posts[post].packet); });
    }
    // A get, and where it parks, each place among the waiters that it could have taken earlier: behind those who surely waited when it
    // was called.
    void ask(const World& from, uint32_t thread, std::vector<World>& stack) {
        World w = from;
        if (!get(w, thread)) return;
        if (w.places[thread].get == At::decided && w.state.threads[thread].state == PortThreadState::waiting) {
            World earlier = w;
            std::vector<ThreadId>& waiters = earlier.state.ports[0].waiters;
            for (size_t i = waiters.size() - 1; i > 0 && earlier.places[waiters[i - 1].value].parked_by >= asked_at_[thread]; --i) {
                std::swap(waiters[i], waiters[i - 1]);
                if (seen_.insert(hash_of(earlier)).second) push(earlier, stack);
            }
        }
        if (seen_.insert(hash_of(w)).second) push(std::move(w), stack);
    }
    // Every step that may come next.
    void branches(const World& w, const Goal& goal, std::vector<World>& stack) {
        for (uint32_t t = 0; t < w.places.size(); ++t) {
            const Place& place = w.places[t];
            const PortThreadState state = w.state.threads[t].state;
            if (counts_blocks_ && place.wait == Wait::may_begin && place.get == At::outside && state == PortThreadState::running) branch(w, stack, [&](World& to) { return wait_begins(to, t); });
            if (place.wait == Wait::began) branch(w, stack, [&](World& to) { return wait_ends(to, t); });
            if (place.leaves && place.get == At::outside) branch(w, stack, [&](World& to) { return leave(to, t); });
            if (place.get == At::decided && state == PortThreadState::looking && !place.must_run) branch(w, stack, [&](World& to) { return look(to, t); });
            if (place.get == At::decided && state == PortThreadState::waiting && h_.asks[ask_of_[t]].end == AskCall::End::timed_out) branch(w, stack, [&](World& to) { return time_out(to, t); });
            if (place.get == At::filling) branch(w, stack, [&](World& to) { return fill(to, t); });
            if (place.get == At::asked && !place.leaves && place.wait != Wait::began && matters(w, t, goal)) ask(w, t, stack);
        }
        if (w.passes > 0 && !w.state.ports[0].waiters.empty()) branch(w, stack, [&](World& to) { return pass_on(to); });
        for (size_t i = 0; i < w.posts.size(); ++i) {
            const uint64_t poster = h_.posts[w.posts[i]].poster;
            bool first = true;
            for (size_t j = 0; j < i && first; ++j) first = h_.posts[w.posts[j]].poster != poster;
            if (first) branch(w, stack, [&](World& to) { return post(to, to.posts[i]); });
        }
    }
    // Keeps the worlds in which the goal is reached, by any order of what has begun. False: there is none, and `worlds_` is as before.
    enum class Found : uint8_t { some, none, too_many };
    Found reach(const Goal& goal) {
        if (std::all_of(worlds_.begin(), worlds_.end(), [&](const World& w) { return reached(w, goal); })) return Found::some;
        std::vector<World> stack = worlds_, found;
        seen_.clear();
        would_.clear();
        rule_ = Rule::none;
        size_t looked_at = 0;
        bool too_many = false;
        full_ = false;
        while (!stack.empty()) {
            World w = std::move(stack.back());
            stack.pop_back();
            if (reached(w, goal)) {
                if (found.size() < kWorldsMax) found.push_back(std::move(w));
                else too_many = true;
                continue;
            }
            if (++looked_at > kStatesForOneMax || states_left_ == 0 || stop_.asked()) {
                too_many = true;
                break;
            }
            states_left_ -= std::min<uint64_t>(states_left_, 1 + (w.state.ports[0].queue.size() + w.places.size()) / 64);   // what a copy costs
            branches(w, goal, stack);
        }
        too_many = too_many || full_;
        lossy_ = lossy_ || too_many;
        if (found.empty()) return too_many ? Found::too_many : Found::none;
        worlds_ = std::move(found);
        return Found::some;
    }

    // --- what was recorded, made true by force after a contradiction, in one world
    World& one_world() {
        worlds_.resize(1);
        return worlds_.front();
    }
    void forget_packet(World& w, uint32_t packet) {
        Port& port = w.state.ports[0];
        PacketQueue queue;
        for (size_t i = 0; i < port.queue.size(); ++i)
            if (port.queue[i].value != packet) queue.push_back(port.queue[i]);
        port.queue = queue;
        std::erase_if(w.posts, [&](uint32_t post) { return h_.posts[post].packet == packet; });
    }
    void force_running(World& w, uint32_t thread) {
        PortThread& t = w.state.threads[thread];
        Port& port = w.state.ports[0];
        std::erase(port.waiters, ThreadId{thread});
        t.state = PortThreadState::running;
        t.association = {0};
        count(w);
    }
    static void count(World& w) {
        w.state.ports[0].active = static_cast<uint32_t>(std::count_if(w.state.threads.begin(), w.state.threads.end(), [](const PortThread& t) {
            return t.association.valid() && (t.state == PortThreadState::running || t.state == PortThreadState::looking);
        }));
    }

    void contradicts(uint32_t ask, int64_t time_ns, const std::string& what) {
        told_[ask] = true;
        if (lossy_) {
            ++out_.undecided;
            return;
        }
        ++out_.contradict;
        if (++contradictions_ >= kContradictionsMax) lossy_ = true;
        if (!out_.keeps(time_ns)) return;
        out_.keep({time_ns, "At " + time_text(time_ns) + " " + what + ", and no order of the calls that overlap lets " + std::string(policy_name(variant_.policy)) + " do so" +
                                   (would_.empty() ? "" : ": by it " + would_) + " (" + reason_text(variant_.policy, rule_) + ")"});
    }
    std::string return_text(const AskCall& ask) const {
        const std::string who = thread_label(header_, ask.thread);
        if (ask.end != AskCall::End::packets) return who + "'s get has timed out";
        return who + "'s get returns with packet " + std::to_string(ask.packets.front()) + (ask.packets.size() > 1 ? " and " + std::to_string(ask.packets.size() - 1) + " more" : "");
    }

    void returned(uint32_t number, int64_t time_ns) {
        const AskCall& ask = h_.asks[number];
        const bool decision = !told_[number] && ask.end != AskCall::End::other;
        const Found found = states_left_ == 0 ? Found::too_many : reach({CallStep::What::returned, number});
        if (found != Found::some) {
            if (decision && found == Found::none) contradicts(number, time_ns, return_text(ask));
            else if (decision) told_[number] = true, ++out_.undecided;
            World& w = one_world();
            for (const uint32_t packet : ask.packets) forget_packet(w, packet);
            force_running(w, ask.thread);
        } else if (decision) {
            told_[number] = true;
            ++(lossy_ ? out_.undecided : out_.agree);
        }
        for (World& w : worlds_) {
            w.places[ask.thread].get = At::outside;
            w.places[ask.thread].filled = 0;
            w.places[ask.thread].wait = Wait::none;
        }
        ask_of_[ask.thread] = kNoAsk;
    }
    void runs_because_woken(uint32_t thread, int64_t time_ns) {
        const uint32_t ask = ask_of_[thread];
        if (ask == kNoAsk || told_[ask] || states_left_ == 0 || reach({CallStep::What::runs, thread}) != Found::none) return;
        contradicts(ask, time_ns, thread_label(header_, thread) + " is woken to get packet " + std::to_string(h_.asks[ask].packets.front()));
    }
    void post_ends(uint32_t number, int64_t time_ns) {
        const PostCall& post = h_.posts[number];
        const Found found = states_left_ == 0 ? Found::too_many : reach({CallStep::What::post_ends, number});
        if (found == Found::some) return;
        if (found == Found::none && post.ask != kNoAsk && !told_[post.ask]) contradicts(post.ask, time_ns, "packet " + std::to_string(post.packet) + " has been posted for " + thread_label(header_, h_.asks[post.ask].thread) + " to get");
        World& w = one_world();
        std::erase(w.posts, number);
        w.state.ports[0].queue.push_back({post.packet});
    }

    void read(const CallStep& step) {
        switch (step.what) {
            case CallStep::What::asked: {
                const uint32_t thread = h_.asks[step.number].thread;
                ask_of_[thread] = step.number;
                asked_at_[thread] = now_;
                for (World& w : worlds_) {
                    w.places[thread].get = At::asked;
                    if (w.state.threads[thread].state == PortThreadState::exited) w.state.threads[thread] = {};
                }
                return;
            }
            case CallStep::What::returned: return returned(step.number, step.time_ns);
            case CallStep::What::parked_at_start: {
                for (World& w : worlds_) static_cast<void>(get(w, h_.asks[step.number].thread));
                return;
            }
            case CallStep::What::post_begins:
                begun_at_[step.number] = now_;
                for (World& w : worlds_) w.posts.push_back(step.number);
                return;
            case CallStep::What::post_ends: return post_ends(step.number, step.time_ns);
            case CallStep::What::block_begins:
                if (surely_blocks_.size() <= step.number) surely_blocks_.resize(h_.threads);
                if (step.number >= h_.threads) return;
                surely_blocks_[step.number] = step.surely;
                for (World& w : worlds_) w.places[step.number].wait = Wait::may_begin;
                return;
            case CallStep::What::block_ends:
                if (step.number >= h_.threads || !counts_blocks_) return;
                if (states_left_ == 0 || reach({step.what, step.number}) != Found::some) {
                    World& w = one_world();
                    if (w.state.threads[step.number].state == PortThreadState::blocked) force_running(w, step.number);
                }
                for (World& w : worlds_) w.places[step.number].wait = Wait::none;
                return;
            case CallStep::What::leaves:
                if (step.number < h_.threads)
                    for (World& w : worlds_) w.places[step.number].leaves = w.state.threads[step.number].association.valid();
                return;
            case CallStep::What::runs:
                if (step.number >= h_.threads) return;
                if (step.surely) runs_because_woken(step.number, step.time_ns);
                runs_[step.number].now = true;
                for (World& w : worlds_) w.places[step.number].must_run = false;
                return;
            case CallStep::What::rests:
                if (step.number < h_.threads) runs_[step.number] = {.now = false, .until = now_};
                return;
            case CallStep::What::sleeps:
                if (step.number < h_.threads && ask_of_[step.number] != kNoAsk && states_left_ > 0) static_cast<void>(reach({step.what, step.number}));   // else it slept for another reason
                return;
        }
    }
};

}  // namespace

void explain_calls(const TraceHeader& header, const CallHistory& history, const Variant& variant, uint64_t states_max, Explained& explained, const Stop& stop) {
    if (stop.asked()) return;
    if (policy_row(variant.policy).release == ReleaseOrder::all) return explain_wakes_all(header, history, variant, explained);
    Search(header, history, variant, states_max, explained, stop).run();
}

}  // namespace sim
