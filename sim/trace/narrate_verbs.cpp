// Sentences for what a port can do beside packets: exits, closing, suspension, APCs, waits on its handle.
#include <algorithm>

#include "sim/trace/arguments.h"
#include "sim/trace/print.h"
#include "sim/trace/teller.h"

namespace sim {

// ": 1 of 2 slots is in use" of the thread's own port with so many active; nothing where it has none.
std::string Teller::then_active(int64_t change) const {
    const ThreadTraceState* t = of_thread();
    if (t == nullptr || t->association >= state.ports.size()) return {};
    const PortTraceState& port = state.ports[t->association];
    const uint64_t active = static_cast<uint64_t>(std::max<int64_t>(int64_t{port.active} + change, 0));
    const bool nt = t->association < header.ports.size() && header.ports[t->association].policy == "nt";
    return ": " + (nt ? slots(active, port.limit) : counted(active, "thread is", "threads are") + " active");
}

std::string Teller::thread_exit() const {
    const std::string lost = record.argument == 0 ? "" : ", and " + counted(record.argument, "packet", "packets") + " of its batch with it";
    const ThreadTraceState* t = of_thread();
    if (t == nullptr || !t->counted || record.rule == Rule::none) return subject() + " exits" + lost + rule() + ".";
    return subject() + " exits" + lost + " and frees its slot" + rule() + then_active(-1) + ".";
}

std::string Teller::port_closed() const {
    const std::string lost = record.argument == 0 ? "" : "; " + counted(record.argument, "packet that was queued is lost", "packets that were queued are lost") + (is_nt() ? " (K31)" : "");
    if ((record.flags & kKeepsSlot) != 0) return port_label(header, record.port) + " is closed" + rule() + "; a file still refers to it, so that it keeps its packets and its threads (K32).";
    const PortTraceState* port = of_port();
    if (port != nullptr && !port->open) return "The last file of " + port_label(header, record.port) + " is closed, and the port is gone" + rule() + lost + ".";
    return port_label(header, record.port) + " is closed" + rule() + lost + ".";
}

std::string Teller::suspended() const {
    const uint32_t others = suspend_others(record.argument), caller = suspend_caller(record.argument);
    const std::string who = caller == kNoThread ? subject() + " is suspended" : caller == record.thread ? subject() + " suspends itself" : thread(caller) + " suspends " + subject();
    if (others > 0) return who + " once more: it takes " + std::to_string(others + 1) + " resumes to let it go on.";
    const ThreadTraceState* t = of_thread();
    if (t == nullptr) return who + rule() + ".";
    if ((record.flags & kKeepsSlot) != 0) return who + ", which has been let go and has not run yet: it counts until it runs (O5).";
    if (t->in_wait) return who + ", which waits for something else" + rule() + ".";
    if (t->waits_on != kNoPort) {
        const bool stays = t->waits_on < header.ports.size() && header.ports[t->waits_on].policy != "nt";
        return who + (stays ? " in its wait: it keeps its place and is passed over" : " in its wait: it leaves the waiters and is given nothing") + rule() + ".";
    }
    if (!t->counted) return who + rule() + ".";
    return who + (caller == record.thread ? " and counts no longer" : ", which counts no longer") + rule() + then_active(-1) + ".";
}

std::string Teller::resumed() const {
    const uint32_t others = suspend_others(record.argument), caller = suspend_caller(record.argument);
    const std::string who = caller == kNoThread ? subject() + " is resumed" : thread(caller) + " resumes " + subject();
    if (others > 0) return who + ", which stays suspended: " + counted(others, "resume is", "resumes are") + " missing.";
    const ThreadTraceState* t = of_thread();
    if (t == nullptr) return who + rule() + ".";
    if (t->in_wait) return who + ", which goes on waiting" + rule() + ".";
    if (t->looks_again || t->waits_on != kNoPort) return who + " in its wait" + rule() + ".";
    if (t->counted) return who + " before it has stopped" + rule() + ".";
    const PortTraceState* port = t->association < state.ports.size() ? &state.ports[t->association] : nullptr;
    const bool over = port != nullptr && is_nt() && uint64_t{port->active} + 1 > port->limit;
    return who + rule() + (port == nullptr ? "" : over ? "; nobody else is stopped, so " + then_active(1).substr(2) : then_active(1)) + ".";
}

std::string Teller::apc() const {
    const std::string by = thread(apc_caller(record.argument));
    const ThreadTraceState* t = of_thread();
    const bool waits = t != nullptr && t->waits_on != kNoPort;
    if ((record.flags & kKernelApc) != 0) {
        if (record.rule == Rule::K25) return "A kernel APC, queued by " + by + ", interrupts the wait of " + subject() + rule() + ".";
        return "A kernel APC, queued by " + by + ", runs in " + subject() + ", which waits for no packet: no thread changes its place.";
    }
    const std::string queued = by + " queues a user APC to " + subject();
    if (record.rule != Rule::K24) return queued + ", which waits alertably.";
    return queued + (waits ? ", whose get is not alertable: it stays pending" : ", which waits in no alertable get: it stays pending") + rule() + ".";
}

std::string Teller::call_failed() const {
    const FailedCall call = failed_call(record.argument);
    const WhyFailed why = failed_why(record.argument);
    const std::string who = record.thread == kNoThread ? "A source" : subject();
    const std::string port = record.port == kNoPort ? "a port" : port_label(header, record.port);
    const std::string invalid = ", which is not open: the call fails with ERROR_INVALID_HANDLE";
    const std::string whom = failed_whom(record.argument) == kNoThread ? "a thread" : thread(failed_whom(record.argument));
    const std::string exited = whom + ", which " + (why == WhyFailed::not_suspended ? "is not suspended: nothing changes." : "has exited: the call fails.");
    switch (call) {
        case FailedCall::post: return who + " posts to " + port + invalid + ", and there is no packet.";
        case FailedCall::close: return who + " closes " + port + invalid + ".";
        case FailedCall::watch: return who + " wants to wait on the handle of " + port + invalid + ".";
        case FailedCall::suspend: return who + " suspends " + exited;
        case FailedCall::resume: return who + " resumes " + exited;
        case FailedCall::apc: return who + " queues a user APC to " + exited;
        case FailedCall::kernel_apc: return who + " queues a kernel APC to " + exited;
        case FailedCall::create_port:
            if (why == WhyFailed::closed_port_in_use) return who + " would create " + port + " anew, but the closed port of that name is still in use (K32, O4): nothing changes.";
            return who + " calls CreateIoCompletionPort with " + port + " and no file, which fails with ERROR_INVALID_PARAMETER (87): that port is there.";
        case FailedCall::answer: return "An answer comes for " + port + ", to which nothing refers any more: there is no packet (K31).";
        case FailedCall::none:
        case FailedCall::count: break;
    }
    return who + " makes a call that fails: " + std::string(why_failed_text(why)) + ".";
}

// A get that ended without a packet and without a timeout.
std::string Teller::alerted() const {
    const ThreadTraceState* t = of_thread();
    const PortTraceState* port = of_port();
    if (t == nullptr || port == nullptr) return "The get of " + subject() + " ends for a user APC" + rule() + ".";
    if (t->waits_on != kNoPort || t->looks_again) return "The user APC ends the wait of " + subject() + ", which counts again" + rule() + ": " + (is_nt() ? slots(uint64_t{port->active} + 1, port->limit) : counted(port->active + 1, "thread is", "threads are") + " active") + ".";
    const std::string asks = subject() + " asks " + port_label(header, record.port) + " alertably with a user APC pending";
    if (t->association != record.port) {
        const std::string queued = port->queue.empty() ? "" : ", over " + counted(port->queue.size(), "packet that is", "packets that are") + " queued";
        return asks + ": for a thread that does not serve the port the APC wins" + queued + ", and it serves " + (t->association == kNoPort ? "none" : port_label(header, t->association)) + " as before" + rule() + ".";
    }
    return asks + " and finds nothing that it may take: the get returns for the APC" + rule() + ".";
}

std::string Teller::asked_in_vain() const {
    const std::string asked = port_label(header, record.port);
    if ((record.flags & kError) != 0) return "The get of " + subject() + " from " + asked + " fails" + rule() + ".";
    return subject() + " asks " + asked + ", which is closed: the get fails with ERROR_INVALID_HANDLE" + rule() + ".";
}

// The get of a thread that was interrupted in it finds packets.
std::string Teller::took_again() const {
    const PortTraceState* port = of_port();
    const uint64_t active = port == nullptr ? 0 : uint64_t{port->active} + 1;
    return subject() + " looks again and takes packet " + packet() + rule() + (port == nullptr ? "" : ": " + (is_nt() ? slots(active, port->limit) : counted(active, "thread is", "threads are") + " active")) + ".";
}

// block_begin and block_end of a wait on a port's handle.
std::string Teller::watches() const {
    const std::string port = port_label(header, static_cast<uint16_t>(record.argument));
    return subject() + " waits on the handle of " + port + ", where nothing is queued (K33)";
}

std::string Teller::watch_ends() const {
    const auto number = static_cast<uint16_t>(record.argument);
    const std::string port = port_label(header, number);
    const ThreadTraceState* t = of_thread();
    const size_t queued = number < state.ports.size() ? state.ports[number].queue.size() : 0;
    const std::string there = counted(queued, "packet is queued and stays", "packets are queued and stay") + " there (K33)";
    if (t == nullptr || !t->in_wait) {
        if ((record.flags & kTimedOut) != 0) return subject() + " looks whether the handle of " + port + " is signalled: nothing is queued (K33).";
        return subject() + " finds the handle of " + port + " signalled and does not wait: " + there + ".";
    }
    const std::string active = then_active(1);
    if ((record.flags & kTimedOut) != 0) return subject() + " gives up its wait on the handle of " + port + " (K19)" + active + ".";
    if ((record.flags & kAbandoned) != 0) return "The wait of " + subject() + " on the handle of " + port + " ends, because the port is closed (K35)" + active + ".";
    return "The handle of " + port + " is signalled and ends the wait of " + subject() + "; " + there + active + ".";
}

}  // namespace sim
