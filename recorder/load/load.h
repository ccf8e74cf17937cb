// Servers worth recording: real sockets, real ports, and what a handler may do badly. Each drives itself with clients of its own: echo.cpp, file.cpp, convoy.cpp say what is
// done with a message, windows/serve.cpp (a completion port) and linux/serve.cpp (epoll) how it comes and goes. They know nothing of the recorder.
#pragma once
#include <array>
#include <cstdint>
#include <functional>

namespace load {

inline constexpr size_t kMessageBytes = 64;
using Message = std::array<char, kMessageBytes>;
/// Makes the answer of the question, in its place. Called by several threads.
using Handler = std::function<void(Message&)>;

struct Options {
    uint32_t clients = 8;                 ///< connections, a thread each
    uint32_t requests = 1000;             ///< of all clients together
    uint32_t threads = 4;                 ///< that handle
    uint32_t concurrency = 2;             ///< of the port; epoll has none
};

/// --clients N --requests N --threads N --concurrency N. False: something else was there, and it was said.
bool read_options(int argc, char** argv, Options& options);

/// Serves all requests of its clients; how many were answered as the handler would.
uint64_t serve(const Options& options, const Handler& handler);

/// Sends a client's message and takes what comes back into its place. False: the connection is gone.
using Exchange = std::function<bool(Message&)>;

/// A client's `count` messages, one after the other; how many came back as they should.
uint64_t ask(uint32_t client, uint32_t count, const Exchange& exchange);

/// A thread for each client, which has its share of the requests: `converse(client, count)` says how many came back as they should.
/// Returns their sum.
uint64_t run_clients(const Options& options, const std::function<uint64_t(uint32_t, uint32_t)>& converse);

/// main() of all three: prints what was served, and is 0 when that is all.
int run(int argc, char** argv, const char* name, const Handler& handler);

}  // namespace load
