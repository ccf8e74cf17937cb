// The fifteen functions whose operations Microsoft lists as completing to a port ("I/O Completion Ports", Windows documentation), each on a real port, one after the other.
// For each it prints one line, `NAME OVERLAPPED: ` and what came of it:
//   completed through the port, pending until then | completed through the port, done when the call returned   its packet, with this OVERLAPPED, was got
//   completed at once, without a packet | pending, and no packet came
//   refused, error N | not called, and why | the call did not return                                            nothing was started
#include <winsock2.h>
#include <mswsock.h>
#include <ws2tcpip.h>
#include <windows.h>
#include <winioctl.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <thread>

namespace {

constexpr DWORD kPatienceMs = 2000;
constexpr char kWord[] = "sixteen bytes...";

HANDLE g_port = nullptr;
int g_through_port = 0;

using Begin = std::function<BOOL(OVERLAPPED*)>;      // as the function returns; the error is the last one
using Then = std::function<void()>;                  // what lets a pending one complete

// Whether the packet of `overlapped` came.
bool packet_came(const OVERLAPPED* overlapped) {
    for (;;) {
        DWORD bytes = 0;
        ULONG_PTR key = 0;
        OVERLAPPED* got = nullptr;
        GetQueuedCompletionStatus(g_port, &bytes, &key, &got, kPatienceMs);
        if (got == nullptr || got == overlapped) return got == overlapped;
    }
}

void attempt(const char* name, const Begin& begin, const Then& then = [] {}) {
    auto* overlapped = new OVERLAPPED{};                 // each its own, and never again: the recording tells them apart by it
    SetLastError(0);
    const BOOL done = begin(overlapped);
    const DWORD error = done != FALSE ? 0 : GetLastError();
    const bool pending = error == ERROR_IO_PENDING || (done != FALSE && !HasOverlappedIoCompleted(overlapped));   // ReadDirectoryChangesW returns TRUE for both
    std::string what = "refused, error " + std::to_string(error);
    if (done != FALSE || pending) {
        then();
        const bool came = packet_came(overlapped);
        if (came) ++g_through_port;
        what = came ? pending ? "completed through the port, pending until then" : "completed through the port, done when the call returned" : pending ? "pending, and no packet came" : "completed at once, without a packet";
    }
    std::printf("%s %llu: %s\n", name, static_cast<unsigned long long>(reinterpret_cast<uintptr_t>(overlapped)), what.c_str());
    std::fflush(stdout);
}

void join_port(HANDLE file) { CreateIoCompletionPort(file, g_port, 0, 0); }
void join_port(SOCKET socket) { join_port(reinterpret_cast<HANDLE>(socket)); }

// 0: done; the error of a socket is the last one too.
BOOL of_socket(int result) {
    if (result != 0) SetLastError(static_cast<DWORD>(WSAGetLastError()));
    return result == 0 ? TRUE : FALSE;
}

sockaddr_in bind_somewhere(SOCKET socket) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
    int size = sizeof address;
    getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
    return address;
}

WSABUF buffer_of(char* bytes) { return {sizeof kWord, bytes}; }

void attempt_streams() {
    static char addresses[2 * (sizeof(sockaddr_in) + 16)], in[sizeof kWord], out[sizeof kWord];
    std::memcpy(out, kWord, sizeof out);
    const SOCKET listener = WSASocketA(AF_INET, SOCK_STREAM, 0, nullptr, 0, WSA_FLAG_OVERLAPPED), server = WSASocketA(AF_INET, SOCK_STREAM, 0, nullptr, 0, WSA_FLAG_OVERLAPPED), client = socket(AF_INET, SOCK_STREAM, 0);
    const sockaddr_in address = bind_somewhere(listener);
    listen(listener, 1);
    join_port(listener);
    attempt("AcceptEx", [&](OVERLAPPED* o) { DWORD bytes = 0; return AcceptEx(listener, server, addresses, 0, sizeof(sockaddr_in) + 16, sizeof(sockaddr_in) + 16, &bytes, o); },
            [&] { connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address); });
    setsockopt(server, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, reinterpret_cast<const char*>(&listener), sizeof listener);
    join_port(server);
    static WSABUF to = buffer_of(in), from = buffer_of(out);
    static DWORD flags = 0;
    attempt("WSARecv", [&](OVERLAPPED* o) { return of_socket(WSARecv(server, &to, 1, nullptr, &flags, o, nullptr)); }, [&] { send(client, kWord, sizeof kWord, 0); });
    attempt("WSASend", [&](OVERLAPPED* o) { return of_socket(WSASend(server, &from, 1, nullptr, 0, o, nullptr)); });
}

// WSASendMsg and WSARecvMsg have to be asked for.
template <class Function>
Function extension(SOCKET socket, GUID id) {
    Function function = nullptr;
    DWORD bytes = 0;
    WSAIoctl(socket, SIO_GET_EXTENSION_FUNCTION_POINTER, &id, sizeof id, &function, sizeof function, &bytes, nullptr, nullptr);
    return function;
}

void attempt_datagrams() {
    static char in[sizeof kWord], out[sizeof kWord], control[256];
    std::memcpy(out, kWord, sizeof out);
    static WSABUF to = buffer_of(in), from = buffer_of(out);
    static DWORD flags = 0;
    static sockaddr_in whence{};
    static int whence_size = sizeof whence;
    const SOCKET socket = WSASocketA(AF_INET, SOCK_DGRAM, 0, nullptr, 0, WSA_FLAG_OVERLAPPED), other = ::socket(AF_INET, SOCK_DGRAM, 0);
    static sockaddr_in here = bind_somewhere(socket), there = bind_somewhere(other);
    join_port(socket);
    const auto send_word = [&] { sendto(other, kWord, sizeof kWord, 0, reinterpret_cast<const sockaddr*>(&here), sizeof here); };
    attempt("WSARecvFrom", [&](OVERLAPPED* o) { return of_socket(WSARecvFrom(socket, &to, 1, nullptr, &flags, reinterpret_cast<sockaddr*>(&whence), &whence_size, o, nullptr)); }, send_word);
    attempt("WSASendTo", [&](OVERLAPPED* o) { return of_socket(WSASendTo(socket, &from, 1, nullptr, 0, reinterpret_cast<const sockaddr*>(&there), sizeof there, o, nullptr)); });
    const auto receive = extension<LPFN_WSARECVMSG>(socket, WSAID_WSARECVMSG);
    static WSAMSG question{.name = reinterpret_cast<sockaddr*>(&whence), .namelen = sizeof whence, .lpBuffers = &to, .dwBufferCount = 1, .Control = {sizeof control, control}, .dwFlags = 0};
    static WSAMSG answer{.name = reinterpret_cast<sockaddr*>(&there), .namelen = sizeof there, .lpBuffers = &from, .dwBufferCount = 1, .Control = {0, nullptr}, .dwFlags = 0};
    attempt("WSARecvMsg", [&](OVERLAPPED* o) { if (receive == nullptr) { SetLastError(ERROR_PROC_NOT_FOUND); return FALSE; } return of_socket(receive(socket, &question, nullptr, o, nullptr)); }, send_word);
    attempt("WSASendMsg", [&](OVERLAPPED* o) { return of_socket(WSASendMsg(socket, &answer, 0, nullptr, o, nullptr)); });
}

HANDLE pipe_end(const std::string& name) { return CreateNamedPipeA(name.c_str(), PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED, PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE | PIPE_WAIT, 4, 4096, 4096, 0, nullptr); }
HANDLE open_pipe(const std::string& name) { return CreateFileA(name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING, 0, nullptr); }

void attempt_pipes() {
    static char in[sizeof kWord], bytes[sizeof kWord];
    const std::string name = "\\\\.\\pipe\\portside-fifteen-" + std::to_string(GetCurrentProcessId());
    const HANDLE server = pipe_end(name);
    HANDLE client = INVALID_HANDLE_VALUE;
    join_port(server);
    attempt("ConnectNamedPipe", [&](OVERLAPPED* o) { return ConnectNamedPipe(server, o); }, [&] { client = open_pipe(name); });
    DWORD done = 0, left = 0;
    attempt("TransactNamedPipe", [&](OVERLAPPED* o) { return TransactNamedPipe(server, const_cast<char*>(kWord), sizeof kWord, in, sizeof in, nullptr, o); }, [&] {
        // Only what is there is read: nobody waits for what was not sent.
        if (PeekNamedPipe(client, nullptr, 0, nullptr, &left, nullptr) != FALSE && left > 0) ReadFile(client, bytes, sizeof bytes, &done, nullptr);
        WriteFile(client, kWord, sizeof kWord, &done, nullptr);
    });
    // The device is the pipe's own: FSCTL_PIPE_LISTEN, which is what ConnectNamedPipe does inside.
    const std::string second = name + "-2";
    const HANDLE listening = pipe_end(second);
    join_port(listening);
    attempt("DeviceIoControl", [&](OVERLAPPED* o) { return DeviceIoControl(listening, CTL_CODE(FILE_DEVICE_NAMED_PIPE, 2, METHOD_BUFFERED, FILE_ANY_ACCESS), nullptr, 0, nullptr, 0, nullptr, o); }, [&] { open_pipe(second); });
}

void attempt_files() {
    static char in[sizeof kWord];
    char folder[MAX_PATH], path[MAX_PATH];
    GetTempPathA(sizeof folder, folder);
    const std::string mine = std::string(folder) + "portside-fifteen-" + std::to_string(GetCurrentProcessId());
    CreateDirectoryA(mine.c_str(), nullptr);
    std::snprintf(path, sizeof path, "%s\\file", mine.c_str());
    const HANDLE file = CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, FILE_FLAG_OVERLAPPED | FILE_FLAG_DELETE_ON_CLOSE, nullptr);
    join_port(file);
    attempt("WriteFile", [&](OVERLAPPED* o) { return WriteFile(file, kWord, sizeof kWord, nullptr, o); });
    attempt("ReadFile", [&](OVERLAPPED* o) { return ReadFile(file, in, sizeof in, nullptr, o); });
    attempt("LockFileEx", [&](OVERLAPPED* o) { return LockFileEx(file, LOCKFILE_EXCLUSIVE_LOCK, 0, 8, 0, o); });
    static DWORD changes[1024];
    const HANDLE directory = CreateFileA(mine.c_str(), FILE_LIST_DIRECTORY, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, nullptr);
    join_port(directory);
    const std::string other = mine + "\\new";
    attempt("ReadDirectoryChangesW", [&](OVERLAPPED* o) { return ReadDirectoryChangesW(directory, changes, sizeof changes, FALSE, FILE_NOTIFY_CHANGE_FILE_NAME, nullptr, o, nullptr); },
            [&] { CloseHandle(CreateFileA(other.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS, 0, nullptr)); });
    DeleteFileA(other.c_str());
    CloseHandle(directory);
    CloseHandle(file);
    RemoveDirectoryA(mine.c_str());
}

void attempt_comm() {
    static DWORD events = 0;
    const HANDLE comm = CreateFileA("\\\\.\\COM1", GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING, FILE_FLAG_OVERLAPPED, nullptr);
    if (comm == INVALID_HANDLE_VALUE) {
        std::printf("WaitCommEvent 0: not called, there is no serial line COM1 (error %lu)\n", GetLastError());
        return;
    }
    join_port(comm);
    SetCommMask(comm, EV_RXCHAR);
    // Last, and in a thread of its own: on a line without a device behind it Wine's call does not come back.
    std::atomic<bool> returned{false};
    std::thread asks([&] {
        attempt("WaitCommEvent", [&](OVERLAPPED* o) {
            const BOOL done = WaitCommEvent(comm, &events, o);
            returned.store(true);
            return done;
        });
    });
    for (DWORD waited = 0; waited < kPatienceMs && !returned.load(); waited += 10) Sleep(10);
    if (returned.load()) return asks.join();
    asks.detach();
    std::printf("WaitCommEvent 0: the call did not return\n");
}

}  // namespace

int main() {
    // What hangs here is to be seen, and ends.
    std::thread([] {
        Sleep(60'000);
        std::fprintf(stderr, "a call did not return for a minute\n");
        TerminateProcess(GetCurrentProcess(), 3);
    }).detach();
    WSADATA data;
    WSAStartup(MAKEWORD(2, 2), &data);
    g_port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1);
    attempt_streams();
    attempt_datagrams();
    attempt_pipes();
    attempt_files();
    attempt_comm();
    std::printf("%d of 15 completed through the port\n", g_through_port);
    std::fflush(nullptr);
    TerminateProcess(GetCurrentProcess(), 0);
}
