#include "sim/port/rules.h"

#include <algorithm>
#include <array>

namespace sim {
namespace {

constexpr std::array<RuleEntry, 56> kTable{{
    {Rule::K1, "K1", "A packet that finds a free slot and a waiter goes straight to the newest waiter and is never queued.", "[R]"},
    {Rule::K2, "K2", "Any other packet joins the tail of the queue and wakes nobody.", "[R]"},
    {Rule::K3, "K3", "A head insert changes a packet's place in the queue, never which thread wakes.", "[R]"},
    {Rule::K4, "K4", "A post tells the poster how many packets were queued before it.", "[R][D]"},
    {Rule::K5, "K5", "A post from inside the poster's own wait is always queued.", "[R]"},
    {Rule::K6, "K6", "A poster that serves the port counts as active while it runs.", "[R][W]"},
    {Rule::K7, "K7", "A release gives no priority boost.", "[R]"},
    {Rule::K8, "K8", "A thread that asks its own port again stops counting before it looks.", "[R]"},
    {Rule::K9, "K9", "A thread's first get makes it belong to the port; no count changes hands.", "[R]"},
    {Rule::K10, "K10", "A get on another port leaves the old one, which may let one of its waiters go.", "[R]"},
    {Rule::K11, "K11", "Below the limit a get takes the oldest packet at once.", "[R]"},
    {Rule::K12, "K12", "A running thread that asks again at the limit always gets the next packet; no other thread runs.", "[D][R]"},
    {Rule::K13, "K13", "A get that may take nothing returns a timeout if it polls, else parks as the newest waiter.", "[R]"},
    {Rule::K14, "K14", "A poll at the limit reports a timeout although packets are queued.", "[R][M]"},
    {Rule::K15, "K15", "A parked thread does not count as active.", "[R]"},
    {Rule::K16, "K16", "Over the limit, threads that come back are parked until the count is below it again.", "[R][D]"},
    {Rule::K17, "K17", "A thread that waits for anything else frees its slot; at most one waiter gets the oldest packet.", "[R]"},
    {Rule::K18, "K18", "A wait that does not block changes no count.", "[R]"},
    {Rule::K19, "K19", "A thread whose wait ends counts again at once, over the limit if need be.", "[R][D]"},
    {Rule::K20, "K20", "Ready, preempted and spinning threads count as active; preemption changes nothing.", "[R][D]"},
    {Rule::K21, "K21", "Only kernel waits are seen: sleep, contended locks, synchronous I/O; not spinning or yielding.", "[R][D]"},
    {Rule::K22, "K22", "A waiter that times out holds a slot until it asks again, blocks or leaves.", "[R][M]"},
    {Rule::K23, "K23", "A user APC ends an alertable wait; the thread counts again.", "[R][D][W]"},
    {Rule::K24, "K24", "A get that is not alertable runs no user APC.", "[W]"},
    {Rule::K25, "K25", "A kernel APC makes a waiter park again, as the newest.", "[R][D]"},
    {Rule::K26, "K26", "A newcomer's APC wins over a packet; for a thread of the port the packet wins.", "[W]"},
    {Rule::K27, "K27", "A thread that exits frees its slot; a waiter may go.", "[R][D]"},
    {Rule::K28, "K28", "A suspended thread counts nowhere and is given nothing; resumed in its wait it is the newest waiter.", "[R][D]"},
    {Rule::K29, "K29", "A thread belongs to its port until it exits, asks another port, or the port is gone.", "[R][D]"},
    {Rule::K30, "K30", "Closing the port ends every wait as abandoned.", "[D][W]"},
    {Rule::K31, "K31", "When the port goes its threads belong to no port and queued packets are lost.", "[R][D]"},
    {Rule::K32, "K32", "The port lives while a handle or an associated file refers to it.", "[D][W][I]"},
    {Rule::K33, "K33", "The port's handle is signalled while packets are queued; waiting on it takes none.", "[W][M]"},
    {Rule::K34, "K34", "A packet handed to a parked thread does not signal the port's handle.", "[W]"},
    {Rule::K35, "K35", "Closing the port releases those who wait on its handle.", "[W]"},
    {Rule::K36, "K36", "A batch counts as one: a thread with many packets holds one slot.", "[I][D]"},
    {Rule::K37, "K37", "A get never waits to fill its batch.", "[D][W]"},
    {Rule::K38, "K38", "Whether a released thread also drains the queue into its batch is not known; it does not, unless drain_on_wake says so.", "[I]"},
    {Rule::K39, "K39", "A batch is in queue order.", "[W]"},
    {Rule::K40, "K40", "A released thread is only made ready; when it runs is the scheduler's business.", "[D][R]"},
    {Rule::K41, "K41", "Nothing balances ports against each other.", "[D][I]"},
    {Rule::S1, "S1", "The count is of runnable threads of the port, not of waiting ones.", "[R]"},
    {Rule::S2, "S2", "The limit is set when the port is opened; 0 means the number of processors.", "[R][D]"},
    {Rule::S3, "S3", "Packets leave oldest first.", "[R]"},
    {Rule::S4, "S4", "Waiters leave newest first.", "[R][D][P]"},
    {Rule::S5, "S5", "A thread belongs to at most one port.", "[R][D]"},
    {Rule::S6, "S6", "A thread remembers its port, what it waits in and how long.", "[R]"},
    {Rule::S7, "S7", "Only memory limits the queue.", "[R][S]"},
    {Rule::F1, "F1", "An operation that succeeds at once brings a packet all the same, unless its file skips the port on success.", "[W][D]"},
    {Rule::F2, "F2", "An operation that fails at once brings no packet.", "[W][R]"},
    {Rule::F3, "F3", "An operation that was pending and fails brings a packet that says the error.", "[W]"},
    {Rule::F4, "F4", "Closing a file cancels what is pending on it: a packet for each, with the file's key.", "[W]"},
    {Rule::F5, "F5", "Duplicates of a handle share one file: one association, one key, and it is closed with the last.", "[W][D]"},
    {Rule::F7, "F7", "An operation outlives the thread that started it, and CancelIo of another thread does not reach it.", "[W][D][S]"},
    {Rule::F10, "F10", "When an operation ends its event or handle is signalled first, then its packet comes.", "[R]"},
    {Rule::F11, "F11", "Packets leave in order, but two threads may finish them in another.", "[D][R]"},
}};

static_assert(std::all_of(kTable.begin(), kTable.end(), [](const RuleEntry& entry) { return entry.id == rule_label(entry.rule); }));

}  // namespace

std::span<const RuleEntry> rule_table() { return kTable; }

std::string_view rule_text(Rule rule) {
    const auto entry = std::find_if(kTable.begin(), kTable.end(), [rule](const RuleEntry& e) { return e.rule == rule; });
    return entry != kTable.end() ? entry->text : std::string_view{};
}

}  // namespace sim
