#include "recorder/linux/real_objects.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "recorder/common/real.h"

namespace recorder {
namespace {

sim::Status refused(const char* what) { return sim::Error{.file = {}, .line = 0, .column = 0, .what = std::string("the system gives no ") + what + " for a device: " + std::strerror(errno), .hint = {}}; }

void write_all(int to, size_t bytes) {
    static const std::array<char, kWriteBytesMost> kBytes{};
    while (bytes > 0) {
        const ssize_t written = write(to, kBytes.data(), bytes);
        if (written < 0 && errno != EINTR) return;
        bytes -= static_cast<size_t>(std::max<ssize_t>(written, 0));
    }
}

void read_all(int from, size_t bytes) {
    std::array<char, kWriteBytesMost> room;
    while (bytes > 0) {
        const ssize_t got = read(from, room.data(), std::min(bytes, room.size()));
        if (got == 0 || (got < 0 && errno != EINTR)) return;
        bytes -= static_cast<size_t>(std::max<ssize_t>(got, 0));
    }
}

// Small buffers, so that a write waits for the other end.
bool connect_loopback(int& end, int& other) {
    constexpr int kSmall = kHeldBytes;
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{}, own{}, peer{};
    socklen_t size = sizeof address;
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const auto any = [](sockaddr_in& of) { return reinterpret_cast<sockaddr*>(&of); };
    end = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    for (const int each : {listener, end})
        for (const int option : {SO_RCVBUF, SO_SNDBUF}) setsockopt(each, SOL_SOCKET, option, &kSmall, sizeof kSmall);
    bool good = listener >= 0 && end >= 0 && bind(listener, any(address), size) == 0 && listen(listener, 1) == 0 && getsockname(listener, any(address), &size) == 0 && connect(end, any(address), size) == 0;
    if (good) other = accept4(listener, any(peer), &size, SOCK_CLOEXEC);
    size = sizeof own;
    good = good && other >= 0 && getsockname(end, any(own), &size) == 0 && own.sin_port == peer.sin_port;   // and nobody else's
    const int error = errno;
    if (listener >= 0) close(listener);
    errno = error;
    return good;
}

bool reads_synchronously(const sim::Scenario& scenario, uint32_t device) {
    const bool blocking_file = std::any_of(scenario.files.begin(), scenario.files.end(), [device](const sim::FileParams& file) { return file.device.value == device && !file.overlapped; });
    return blocking_file || sim::any_step(scenario, [device](const sim::Step& step) { return step.kind == sim::Step::Kind::read && step.device.value == device; });
}

}  // namespace

RealObjects::~RealObjects() {
    const auto shut = [](const Object& object) {
        if (object.end >= 0) close(object.end);
        if (object.other >= 0) close(object.other);
    };
    for (const Device& device : devices_) shut(device.object);
    for (const Synchronous& one : synchronous_) shut(one.object);
}

sim::Status RealObjects::open(const sim::Scenario& scenario, const std::string& out) {
    out_ = out;
    for (const sim::DeviceParams& params : scenario.devices) {
        Device& device = devices_.emplace_back();
        device.real = params.real;
        device.writes = params.writes;
        if (const sim::Status made = make(device, device.object); !made) return made.error();
        const auto number = static_cast<uint32_t>(devices_.size() - 1);
        const bool reads = device.real != sim::RealObject::usual && reads_synchronously(scenario, number);
        for (uint32_t t = 0; reads && t < sim::thread_count(scenario); ++t) {
            synchronous_.emplace_back().device = number;
            if (const sim::Status made = make(device, synchronous_.back().object); !made) return made.error();
        }
    }
    return sim::Done{};
}

// The file has no name from the beginning on: whatever ends the recorder, nothing of it is left.
sim::Status RealObjects::make(const Device& device, Object& object) const {
    switch (device.real) {
        case sim::RealObject::usual: return sim::Done{};
        case sim::RealObject::pipe: {
            std::array<int, 2> both{-1, -1};
            if (pipe2(both.data(), O_CLOEXEC) != 0) return refused("pipe");
            fcntl(both[1], F_SETPIPE_SZ, kHeldBytes);
            object = device.writes ? Object{both[1], both[0]} : Object{both[0], both[1]};
            return sim::Done{};
        }
        case sim::RealObject::file: {
            std::string name = out_ + ".file.XXXXXX";
            object.end = mkostemp(name.data(), O_CLOEXEC);
            if (object.end < 0) return refused("temporary file");
            unlink(name.c_str());
            const std::array<char, kFileBytes> bytes{};
            if (pwrite(object.end, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) return refused("room for a temporary file");
            return sim::Done{};
        }
        case sim::RealObject::socket:
            if (!connect_loopback(object.end, object.other)) return refused("loopback connection");
            return sim::Done{};
    }
    return sim::Done{};
}

// The operation itself, at the end that is the scenario's.
void RealObjects::act(const Device& device, Object object) const {
    std::array<char, kFileBytes> bytes{};
    if (device.real != sim::RealObject::file) return device.writes ? write_all(object.end, write_bytes(device.real)) : read_all(object.end, kReadBytes);
    while ((device.writes ? pwrite(object.end, bytes.data(), bytes.size(), 0) : pread(object.end, bytes.data(), bytes.size(), 0)) < 0 && errno == EINTR) {}
}

// One thread is both ends here: a byte, which every pipe holds.
void RealObjects::carry_out(const Operation& operation) {
    const Device& device = devices_[operation.device.value];
    if (device.real == sim::RealObject::file) return act(device, device.object);
    write_all(device.writes ? device.object.end : device.object.other, kReadBytes);
    read_all(device.writes ? device.object.other : device.object.end, kReadBytes);
}

void RealObjects::begin(Operation& operation) {
    const std::lock_guard lock(mutex_);
    const auto free = std::find_if(synchronous_.begin(), synchronous_.end(), [&](const Synchronous& one) { return one.operation == nullptr && one.device == operation.device.value; });
    SIM_CHECK(free != synchronous_.end(), "an object for each thread");
    free->operation = &operation;
    free->answered = free->over = stopped_;
    operation.native = &*free;
}

void RealObjects::wait(const Operation& operation, Gate& gate) {
    const Device& device = devices_[operation.device.value];
    auto& own = *static_cast<Synchronous*>(operation.native);
    const bool file = device.real == sim::RealObject::file;
    if (!file && !own.over) act(device, own.object);
    gate.wait();                                     // opened together with the answer
    if (file && operation.error == 0) act(device, own.object);
    const std::lock_guard lock(mutex_);
    own.operation = nullptr;
}

void RealObjects::answer(const Operation& operation) {
    auto* own = static_cast<Synchronous*>(operation.native);
    if (own == nullptr) return;
    {
        const std::lock_guard lock(mutex_);
        if (own->operation != &operation || std::exchange(own->answered, true)) return;
    }
    const Device& device = devices_[operation.device.value];
    if (device.real == sim::RealObject::file) return;
    if (device.writes) read_all(own->object.other, write_bytes(device.real));
    else write_all(own->object.other, kReadBytes);
}

void RealObjects::stop() {
    std::vector<const Operation*> inside;
    {
        const std::lock_guard lock(mutex_);
        stopped_ = true;
        for (const Synchronous& one : synchronous_)
            if (one.operation != nullptr) inside.push_back(one.operation);
    }
    for (const Operation* operation : inside) answer(*operation);
}

}  // namespace recorder
