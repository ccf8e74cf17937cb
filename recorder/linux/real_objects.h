// What the backend `port` opens for devices that name it: pipes, loopback connections, a temporary file. Linux starts no operation that ends by itself at a port: what is
// overlapped is done by the device's thread when the drawn latency is over, what is synchronous by the thread itself, which the kernel makes wait until the other end acts.
#pragma once
#include <deque>
#include <mutex>
#include <vector>

#include "recorder/common/files.h"

namespace recorder {

class RealObjects {
public:
    RealObjects() = default;
    RealObjects(const RealObjects&) = delete;
    RealObjects& operator=(const RealObjects&) = delete;
    ~RealObjects();

    /// out: of the recording, whose folder is the temporary file's.
    sim::Status open(const sim::Scenario& scenario, const std::string& out);
    bool is_real(sim::DeviceId device) const { return device.value < devices_.size() && devices_[device.value].real != sim::RealObject::usual; }
    /// An overlapped operation, from beginning to end, by the calling thread. The caller holds the lock of Files.
    void carry_out(const Operation& operation);
    /// A `read` begins: an object is its own until wait() has returned. The caller holds the lock of Files.
    void begin(Operation& operation);
    /// The calling thread is inside until answer(); in a file, until its gate is opened, and then reads or writes.
    void wait(const Operation& operation, Gate& gate);
    /// The device is done with a `read`, or it is cancelled. Any thread.
    void answer(const Operation& operation);
    /// Every wait ends.
    void stop();

private:
    struct Object { int end = -1, other = -1; };     // of a file: end alone
    struct Synchronous {
        Object object;
        uint32_t device = 0;
        const Operation* operation = nullptr;        // that it is busy with
        bool answered = false, over = false;         // over: the recording is, nobody would answer
    };
    struct Device { sim::RealObject real = sim::RealObject::usual; bool writes = false; Object object; };

    sim::Status make(const Device& device, Object& object) const;
    void act(const Device& device, Object object) const;

    std::string out_;
    std::vector<Device> devices_;
    std::mutex mutex_;                               // of what follows
    std::deque<Synchronous> synchronous_;            // for each thread one, of each device that is read so; their addresses stay
    bool stopped_ = false;
};

}  // namespace recorder
