// The two ends of what a device is on Windows: one is the scenario's, on which it reads or writes; with the other this program lets that come to its end.
#pragma once
#include <windows.h>

#include <string>

#include "recorder/common/real.h"

namespace recorder {

struct EndsKind {
    sim::RealObject real = sim::RealObject::usual;
    bool writes = false;                  ///< at the scenario's end
    bool overlapped = true;
    bool is_file() const { return real == sim::RealObject::file; }
};
struct Ends { HANDLE end = INVALID_HANDLE_VALUE, other = INVALID_HANDLE_VALUE; };   ///< a file has no other

/// name: no other's in this process. file: where a temporary file may stand; its name goes on with `name`. False: GetLastError() says why.
bool open_ends(EndsKind kind, const std::string& file, const std::string& name, Ends& ends);
void close_end(EndsKind kind, HANDLE end);
/// At the scenario's end, from the beginning of a file. Without OVERLAPPED the call returns when it is done. Returns its error, ERROR_IO_PENDING where it goes on.
DWORD begin_transfer(EndsKind kind, HANDLE end, DWORD bytes, OVERLAPPED* overlapped);
/// At the other end, so that so many bytes of the scenario's come to their end.
void act_at_other(EndsKind kind, HANDLE other, DWORD bytes);
/// What was sent from the other end has come; at the latest after a moment.
void wait_until_there(EndsKind kind, HANDLE end);
/// Before the first socket.
bool start_sockets();

}  // namespace recorder
