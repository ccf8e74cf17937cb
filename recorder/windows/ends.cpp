#define _WIN32_WINNT 0x0602
#include <winsock2.h>

#include "recorder/windows/ends.h"

#include <algorithm>

namespace recorder {
namespace {

using sim::RealObject;

char g_room[kWriteBytesMost];                               // nobody looks at what is carried

SOCKET socket_of(HANDLE end) { return reinterpret_cast<SOCKET>(end); }

bool open_pipe(EndsKind kind, const std::string& called, Ends& ends) {
    const std::string name = "\\\\.\\pipe\\portside-" + std::to_string(GetCurrentProcessId()) + "-" + called;
    const DWORD mode = (kind.writes ? PIPE_ACCESS_OUTBOUND : PIPE_ACCESS_INBOUND) | FILE_FLAG_FIRST_PIPE_INSTANCE | (kind.overlapped ? FILE_FLAG_OVERLAPPED : 0);
    ends.end = CreateNamedPipeA(name.c_str(), mode, PIPE_TYPE_BYTE | PIPE_WAIT, 1, kHeldBytes, kHeldBytes, 0, nullptr);
    if (ends.end == INVALID_HANDLE_VALUE) return false;
    ends.other = CreateFileA(name.c_str(), kind.writes ? GENERIC_READ : GENERIC_WRITE, 0, nullptr, OPEN_EXISTING, 0, nullptr);
    return ends.other != INVALID_HANDLE_VALUE;
}

// The system removes it when it is closed, whoever ends this program.
bool open_file(EndsKind kind, const std::string& name, Ends& ends) {
    const DWORD flags = FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE | (kind.overlapped ? FILE_FLAG_OVERLAPPED : 0);
    DWORD written = 0;
    const HANDLE plain = CreateFileA(name.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW, FILE_ATTRIBUTE_TEMPORARY, nullptr);
    const bool filled = plain != INVALID_HANDLE_VALUE && WriteFile(plain, g_room, kFileBytes, &written, nullptr) != 0 && written == kFileBytes;
    const DWORD error = GetLastError();
    if (plain != INVALID_HANDLE_VALUE) CloseHandle(plain);
    if (filled) ends.end = CreateFileA(name.c_str(), GENERIC_READ | GENERIC_WRITE, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING, flags, nullptr);
    else SetLastError(error);
    if (plain != INVALID_HANDLE_VALUE && ends.end == INVALID_HANDLE_VALUE) DeleteFileA(name.c_str());
    return ends.end != INVALID_HANDLE_VALUE;
}

// Nothing of a write is kept on the way: it ends when the other end has read it.
SOCKET small_socket(bool overlapped) {
    const SOCKET made = WSASocketA(AF_INET, SOCK_STREAM, IPPROTO_TCP, nullptr, 0, overlapped ? WSA_FLAG_OVERLAPPED : 0);
    const int room = kHeldBytes, none = 0;
    setsockopt(made, SOL_SOCKET, SO_RCVBUF, reinterpret_cast<const char*>(&room), sizeof room);
    setsockopt(made, SOL_SOCKET, SO_SNDBUF, reinterpret_cast<const char*>(&none), sizeof none);
    return made;
}

bool open_connection(EndsKind kind, Ends& ends) {
    const SOCKET listener = small_socket(false), end = small_socket(kind.overlapped);
    sockaddr_in address{}, own{}, peer{};
    const auto any = [](sockaddr_in& of) { return reinterpret_cast<sockaddr*>(&of); };
    int size = sizeof address, own_size = size, peer_size = size;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    SOCKET other = INVALID_SOCKET;
    const bool connected = bind(listener, any(address), size) == 0 && listen(listener, 1) == 0 && getsockname(listener, any(address), &size) == 0 && connect(end, any(address), size) == 0;
    if (connected) other = accept(listener, any(peer), &peer_size);
    const bool good = other != INVALID_SOCKET && getsockname(end, any(own), &own_size) == 0 && own.sin_port == peer.sin_port;   // and nobody else's
    const DWORD error = GetLastError();
    closesocket(listener);
    if (end != INVALID_SOCKET) ends.end = reinterpret_cast<HANDLE>(end);
    if (other != INVALID_SOCKET) ends.other = reinterpret_cast<HANDLE>(other);
    SetLastError(error);
    return good;
}

DWORD transfer_on_socket(EndsKind kind, SOCKET end, DWORD bytes, OVERLAPPED* overlapped) {
    WSABUF room{bytes, g_room};
    DWORD count = 0, flags = 0;
    const int failed = kind.writes ? WSASend(end, &room, 1, &count, 0, overlapped, nullptr) : WSARecv(end, &room, 1, &count, &flags, overlapped, nullptr);
    return failed == 0 ? 0 : static_cast<DWORD>(WSAGetLastError());
}

}  // namespace

bool start_sockets() {
    WSADATA data;
    return WSAStartup(MAKEWORD(2, 2), &data) == 0;
}

bool open_ends(EndsKind kind, const std::string& file, const std::string& name, Ends& ends) {
    const bool good = kind.is_file() ? open_file(kind, file + ".file." + std::to_string(GetCurrentProcessId()) + "-" + name, ends) : kind.real == RealObject::socket ? open_connection(kind, ends) : open_pipe(kind, name, ends);
    if (good) return true;
    const DWORD error = GetLastError();
    for (HANDLE* const one : {&ends.end, &ends.other})
        if (*one != INVALID_HANDLE_VALUE) close_end(kind, std::exchange(*one, INVALID_HANDLE_VALUE));
    SetLastError(error);
    return false;
}

void close_end(EndsKind kind, HANDLE end) {
    if (kind.real == RealObject::socket) closesocket(socket_of(end));
    else CloseHandle(end);
}

DWORD begin_transfer(EndsKind kind, HANDLE end, DWORD bytes, OVERLAPPED* overlapped) {
    if (kind.real == RealObject::socket) return transfer_on_socket(kind, socket_of(end), bytes, overlapped);
    OVERLAPPED beginning{};                              // of a file: else each operation would begin where the last one ended
    DWORD count = 0;
    if (overlapped == nullptr && kind.is_file()) overlapped = &beginning;
    DWORD* const said = kind.overlapped ? nullptr : &count;
    const BOOL done = kind.writes ? WriteFile(end, g_room, bytes, said, overlapped) : ReadFile(end, g_room, bytes, said, overlapped);
    return done != 0 ? 0 : GetLastError();
}

void act_at_other(EndsKind kind, HANDLE other, DWORD bytes) {
    char room[kWriteBytesMost];
    const bool socket = kind.real == RealObject::socket;
    while (bytes > 0) {
        DWORD count = 0;
        const DWORD most = std::min<DWORD>(bytes, sizeof room);
        if (socket) {
            const int moved = kind.writes ? recv(socket_of(other), room, static_cast<int>(most), 0) : send(socket_of(other), g_room, static_cast<int>(most), 0);
            count = moved > 0 ? static_cast<DWORD>(moved) : 0;
        } else if ((kind.writes ? ReadFile(other, room, most, &count, nullptr) : WriteFile(other, g_room, most, &count, nullptr)) == 0) {
            return;
        }
        if (count == 0) return;
        bytes -= count;
    }
}

void wait_until_there(EndsKind kind, HANDLE end) {
    if (kind.real != RealObject::socket || kind.writes) return;
    fd_set set;
    FD_ZERO(&set);
    FD_SET(socket_of(end), &set);
    timeval longest{.tv_sec = 1, .tv_usec = 0};
    select(0, &set, nullptr, nullptr, &longest);
}

}  // namespace recorder
