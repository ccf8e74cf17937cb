// Records as text: one line each, and a sentence that a lecturer can read aloud, built from the state before the record.
#pragma once
#include <string>
#include <string_view>

#include "sim/trace/arguments.h"
#include "sim/trace/file.h"
#include "sim/trace/state.h"

namespace sim {

/// One number by a printf format.
std::string formatted(const char* format, double value);
/// "2.6 ms" style: people's units, to the nanosecond.
std::string time_text(int64_t ns);
/// A span to three significant digits, for tables: "310 ns", "7.20 ms".
std::string span_text(double ns);
/// Whether a figure of a summary is a time, by its path there: "latency_ns.p99".
bool is_span(std::string_view metric);
/// Such a figure for a table: a span, or a number.
std::string figure_text(std::string_view metric, double value);
/// "worker.5", "port", "17" or "clients 17" (with more than one source), "17.0" for children as far as known.
std::string thread_label(const TraceHeader& header, uint32_t thread);
std::string port_label(const TraceHeader& header, uint16_t port);
std::string device_label(const TraceHeader& header, uint32_t device);
std::string lock_label(const TraceHeader& header, uint32_t lock);
std::string packet_label(const TraceHeader& header, const TraceState& state, uint32_t packet);
std::string packet_label(const TraceHeader& header, const PacketTraceState& packet, uint32_t number);

std::string_view kind_name(Kind kind);
std::string_view failed_call_name(FailedCall call);
std::string_view why_failed_text(WhyFailed why);

/// time, processor, thread, kind, packet, what, rule: one line without newline.
std::string record_line(const TraceHeader& header, const TraceState& before, const Record& record);

/// "Packet 10 arrives: 3 of 2 slots are in use, so it joins the queue behind 8 and 9, although T0 is free (K2)."
/// Empty for records that say nothing to a reader (detail). Simulated and measured alike.
std::string narrate(const TraceHeader& header, const TraceState& before, const Record& record);

/// Whether that sentence is there, without making it.
bool narrates(const TraceHeader& header, const TraceState& before, const Record& record);

/// One line of a narration: the time, right-aligned, and the sentence.
std::string narration_line(int64_t time_ns, const std::string& sentence);

/// A whole trace as "time  sentence" lines.
std::string narrate_trace(const Trace& trace);

/// How a recorder knew of blocking: "seen by context switches: 12 blocks let a waiter go, 9 us after it (median), ...". "" where nobody did.
std::string blocking_text(const TraceBlocking& blocking);
/// What recording added, end to end: "286 ns for a post and its get; recorded 152 ns more"; "": it was not measured.
std::string round_trip_text(const TraceProgram& program);

}  // namespace sim
