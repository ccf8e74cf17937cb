// The same on epoll: each socket armed once, its thread has it until it arms it again.
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <thread>
#include <vector>

#include "recorder/load/load.h"

namespace load {
namespace {

struct Connection {
    int socket = -1;
    bool sends = false;
    Message message{};
    size_t done = 0;                      // bytes of the message
};

class Server {
public:
    Server(const Options& options, const Handler& handler) : handler_(handler), connections_(options.clients), epoll_(epoll_create1(EPOLL_CLOEXEC)), quit_(eventfd(0, EFD_CLOEXEC)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        bind(listener_, reinterpret_cast<sockaddr*>(&address_), sizeof address_);
        listen(listener_, SOMAXCONN);
        socklen_t size = sizeof address_;
        getsockname(listener_, reinterpret_cast<sockaddr*>(&address_), &size);
        epoll_event event{.events = EPOLLIN, .data = {.ptr = nullptr}};
        epoll_ctl(epoll_, EPOLL_CTL_ADD, quit_, &event);
        for (uint32_t t = 0; t < options.threads; ++t) threads_.emplace_back([this] { handle(); });
        acceptor_ = std::thread([this] {
            for (Connection& connection : connections_) {
                connection.socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
                arm(connection, EPOLL_CTL_ADD);
            }
        });
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server() {
        acceptor_.join();
        eventfd_write(quit_, 1);
        for (std::thread& thread : threads_) thread.join();
        for (const int file : {epoll_, quit_, listener_}) close(file);
    }
    const sockaddr_in& address() const { return address_; }

private:
    const Handler& handler_;
    std::vector<Connection> connections_;
    int epoll_, quit_, listener_;
    std::vector<std::thread> threads_;
    std::thread acceptor_;
    sockaddr_in address_{};

    void arm(Connection& connection, int operation) {
        epoll_event event{.events = (connection.sends ? EPOLLOUT : EPOLLIN) | static_cast<uint32_t>(EPOLLONESHOT), .data = {.ptr = &connection}};
        epoll_ctl(epoll_, operation, connection.socket, &event);
    }
    void handle() {
        while (true) {
            epoll_event event{};
            if (epoll_wait(epoll_, &event, 1, -1) != 1) continue;
            if (event.data.ptr == nullptr) return;
            goes_on(*static_cast<Connection*>(event.data.ptr));
        }
    }
    void goes_on(Connection& connection) {
        char* const at = connection.message.data() + connection.done;
        const size_t rest = kMessageBytes - connection.done;
        const ssize_t bytes = connection.sends ? send(connection.socket, at, rest, MSG_NOSIGNAL) : recv(connection.socket, at, rest, 0);
        if (bytes < 0 && errno == EAGAIN) return arm(connection, EPOLL_CTL_MOD);
        if (bytes <= 0) {
            close(connection.socket);
            return;
        }
        connection.done += static_cast<size_t>(bytes);
        if (connection.done == kMessageBytes) {
            if (!connection.sends) handler_(connection.message);
            connection.sends = !connection.sends;
            connection.done = 0;
        }
        arm(connection, EPOLL_CTL_MOD);
    }
};

// Answers that came back as they should.
uint64_t converse(const sockaddr_in& address, uint32_t client, uint32_t count) {
    const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    uint64_t good = 0;
    if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
        good = ask(client, count, [connection](Message& message) {
            const auto bytes = static_cast<ssize_t>(message.size());
            return send(connection, message.data(), message.size(), MSG_NOSIGNAL) == bytes && recv(connection, message.data(), message.size(), MSG_WAITALL) == bytes;
        });
    close(connection);
    return good;
}

}  // namespace

uint64_t serve(const Options& options, const Handler& handler) {
    const Server server(options, handler);
    return run_clients(options, [&server](uint32_t client, uint32_t count) { return converse(server.address(), client, count); });
}

}  // namespace load
