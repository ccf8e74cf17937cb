// A completion port: AcceptEx, WSARecv and WSASend, all overlapped; threads that get packets; clients with plain sockets.
#include <winsock2.h>
#include <mswsock.h>
#include <windows.h>

#include <cstring>
#include <latch>
#include <thread>
#include <vector>

#include "recorder/load/load.h"

namespace load {
namespace {

constexpr DWORD kAddressBytes = sizeof(sockaddr_in) + 16;
constexpr ULONG_PTR kQuit = 1;

// One connection has one operation under way: its OVERLAPPED is the first member.
struct Connection {
    OVERLAPPED overlapped{};
    enum class Doing { accept, receive, send } doing = Doing::accept;
    SOCKET socket = INVALID_SOCKET;
    Message message{};
    size_t done = 0;                      // bytes of the message
    char addresses[2 * kAddressBytes];
};

SOCKET overlapped_socket() { return WSASocketA(AF_INET, SOCK_STREAM, IPPROTO_TCP, nullptr, 0, WSA_FLAG_OVERLAPPED); }

class Server {
public:
    Server(const Options& options, const Handler& handler) : handler_(handler), connections_(options.clients), open_(options.clients) {
        WSADATA data;
        WSAStartup(MAKEWORD(2, 2), &data);
        port_ = CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, options.concurrency);
        listener_ = overlapped_socket();
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        bind(listener_, reinterpret_cast<sockaddr*>(&address_), sizeof address_);
        listen(listener_, SOMAXCONN);
        int size = sizeof address_;
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address_), &size);
        CreateIoCompletionPort(reinterpret_cast<HANDLE>(listener_), port_, 0, 0);
        for (Connection& connection : connections_) accept(connection);
        for (uint32_t t = 0; t < options.threads; ++t) threads_.emplace_back([this] { handle(); });
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    // The end of the last connection is a packet too: the threads stay until it has come.
    ~Server() {
        closesocket(listener_);
        open_.wait();
        for (size_t t = 0; t < threads_.size(); ++t) PostQueuedCompletionStatus(port_, 0, kQuit, nullptr);
        for (std::thread& thread : threads_) thread.join();
        CloseHandle(port_);
    }
    const sockaddr_in& address() const { return address_; }

private:
    const Handler& handler_;
    std::vector<Connection> connections_;
    std::latch open_;                     // connections that have not ended
    std::vector<std::thread> threads_;
    HANDLE port_ = nullptr;
    SOCKET listener_ = INVALID_SOCKET;
    sockaddr_in address_{};

    void end(Connection& connection) {
        closesocket(connection.socket);
        open_.count_down();
    }
    void accept(Connection& connection) {
        connection.socket = overlapped_socket();
        connection.doing = Connection::Doing::accept;
        DWORD bytes = 0;
        AcceptEx(listener_, connection.socket, connection.addresses, 0, kAddressBytes, kAddressBytes, &bytes, &connection.overlapped);
    }
    void start(Connection& connection, Connection::Doing what) {
        connection.doing = what;
        connection.overlapped = {};
        WSABUF rest{static_cast<ULONG>(kMessageBytes - connection.done), connection.message.data() + connection.done};
        DWORD flags = 0;
        const int failed = what == Connection::Doing::receive ? WSARecv(connection.socket, &rest, 1, nullptr, &flags, &connection.overlapped, nullptr) : WSASend(connection.socket, &rest, 1, nullptr, 0, &connection.overlapped, nullptr);
        if (failed != 0 && WSAGetLastError() != WSA_IO_PENDING) end(connection);
    }
    void handle() {
        while (true) {
            DWORD bytes = 0;
            ULONG_PTR key = 0;
            OVERLAPPED* overlapped = nullptr;
            const BOOL good = GetQueuedCompletionStatus(port_, &bytes, &key, &overlapped, INFINITE);
            if (key == kQuit || overlapped == nullptr) return;
            auto& connection = *reinterpret_cast<Connection*>(overlapped);
            if (good == FALSE || (bytes == 0 && connection.doing != Connection::Doing::accept)) {
                end(connection);
                continue;
            }
            went_on(connection, bytes);
        }
    }
    void went_on(Connection& connection, DWORD bytes) {
        using Doing = Connection::Doing;
        if (connection.doing == Doing::accept) {
            setsockopt(connection.socket, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, reinterpret_cast<const char*>(&listener_), sizeof listener_);
            CreateIoCompletionPort(reinterpret_cast<HANDLE>(connection.socket), port_, 0, 0);
            return start(connection, Doing::receive);
        }
        connection.done += bytes;
        if (connection.done < kMessageBytes) return start(connection, connection.doing);
        connection.done = 0;
        if (connection.doing == Doing::send) return start(connection, Doing::receive);
        handler_(connection.message);
        start(connection, Doing::send);
    }
};

// Answers that came back as they should.
uint64_t converse(const sockaddr_in& address, uint32_t client, uint32_t count) {
    const SOCKET socket = overlapped_socket();
    uint64_t good = 0;
    if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        good = ask(client, count, [socket](Message& message) {
            const int bytes = static_cast<int>(message.size());
            return send(socket, message.data(), bytes, 0) == bytes && recv(socket, message.data(), bytes, MSG_WAITALL) == bytes;
        });
    closesocket(socket);
    return good;
}

}  // namespace

uint64_t serve(const Options& options, const Handler& handler) {
    const Server server(options, handler);
    return run_clients(options, [&server](uint32_t client, uint32_t count) { return converse(server.address(), client, count); });
}

}  // namespace load
