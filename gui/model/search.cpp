#include "gui/model/search.h"

#include <algorithm>

namespace gui {
namespace {

// Of a get_called it is a number of packets.
uint32_t packet_of(const sim::Record& record) { return record.kind == sim::Kind::get_called ? sim::kNoPacket : record.packet; }

// The key of a post is in the record after it.
uint64_t key_of(const Side& side, const sim::Record& record, uint64_t number, const sim::PacketTraceState& packet) {
    if (record.kind != sim::Kind::posted || number + 1 >= side.trace.records.size()) return packet.key;
    const sim::Record& next = side.trace.records[number + 1];
    return next.kind == sim::Kind::detail && next.packet == record.packet && (next.flags & sim::kError) == 0 ? next.argument : packet.key;
}

// Some packet that this get has brought waited as long as that.
bool waited(const SearchTerm& term, const sim::TraceState& state, const sim::Record& record) {
    if (record.kind != sim::Kind::get_returned || record.packet == sim::kNoPacket || record.thread >= state.threads.size()) return false;
    return std::ranges::any_of(state.threads[record.thread].packets, [&](uint32_t number) {
        const sim::PacketTraceState* packet = state.packets.find(number);
        if (packet == nullptr || packet->stop || packet->within || packet->posted_ns < 0 || packet->got_ns != record.time_ns) return false;
        const auto wait = static_cast<uint64_t>(std::max<int64_t>(packet->got_ns - packet->posted_ns, 0));
        return term.of == SearchTerm::Of::wait_longer ? wait > term.number : wait < term.number;
    });
}

}  // namespace

bool search_names(const SearchTerm& term, const Side& side, uint32_t packet) {
    if (packet >= side.packets.size()) return false;       // no packet at all, too
    const PacketName& name = side.packets[packet];
    return name.known && name.generation == term.generation && (name.root & 0xFFFF'FFFF'FFFFu) == term.number && std::equal(term.ordinals.begin(), term.ordinals.begin() + term.generation, name.ordinals.begin());
}

Search::Search(const Side& side, std::vector<SearchTerm> terms) : terms_(std::move(terms)), state_(sim::trace_state_begin(side.trace.header)) {
    needs_state_ = std::ranges::any_of(terms_, [](const SearchTerm& term) { return term.of == SearchTerm::Of::key || term.of == SearchTerm::Of::wait_longer || term.of == SearchTerm::Of::wait_shorter; });
}

bool Search::holds(const SearchTerm& term, const Side& side, const sim::Record& record) const {
    switch (term.of) {
        case SearchTerm::Of::thread: return record.thread == term.number;
        case SearchTerm::Of::rule: return static_cast<uint64_t>(record.rule) == term.number;
        case SearchTerm::Of::port: return record.port == term.number;
        case SearchTerm::Of::packet: return search_names(term, side, packet_of(record));
        case SearchTerm::Of::key: {
            const sim::PacketTraceState* packet = packet_of(record) == sim::kNoPacket ? nullptr : state_.packets.find(record.packet);
            return packet != nullptr && !packet->stop && key_of(side, record, looked_, *packet) == term.number;
        }
        case SearchTerm::Of::wait_longer: case SearchTerm::Of::wait_shorter: return waited(term, state_, record);
    }
    return false;
}

bool Search::matches(const Side& side, const sim::Record& record) const {
    return std::ranges::all_of(terms_, [&](const SearchTerm& term) { return holds(term, side, record); });
}

void Search::advance(const Side& side, uint64_t records_max) {
    if (terms_.empty()) return;
    const uint64_t end = std::min(side.indexed, looked_ + records_max);
    for (; looked_ < end; ++looked_) {
        const sim::Record& record = side.trace.records[looked_];
        if (needs_state_) sim::trace_state_apply(state_, side.trace.header, record);
        matches_.push(matches(side, record));
    }
}

int64_t Search::next(uint64_t position, int direction) const {
    if (matches_.empty()) return -1;
    // `position` records have happened: the last one of them is where the cursor stands.
    const uint64_t here = std::min(position, looked_);
    const size_t passed = here == 0 ? 0 : matches_.before(here - 1), until = matches_.before(here);
    if (direction > 0) return static_cast<int64_t>(matches_[until < matches_.size() ? until : 0]);
    return static_cast<int64_t>(matches_[passed > 0 ? passed - 1 : matches_.size() - 1]);
}

}  // namespace gui
