// The files of a scenario on Windows: named pipes or loopback connections, whose other end this program holds and answers with when the
// emulated device is done. The kernel pends, completes, cancels and queues. Reads of one pipe end in the order in which they began, those
// of a device need not: a file is as many pipes as it has operations at a time, opened, associated and closed together. A temporary file
// has no other end: its operations begin when the device is done.
#pragma once
#include <windows.h>

#include <deque>
#include <map>
#include <string>

#include "recorder/common/files.h"
#include "recorder/windows/ends.h"

namespace recorder {

class Pipes {
public:
    explicit Pipes(const sim::Scenario& scenario);
    Pipes(const Pipes&) = delete;
    Pipes& operator=(const Pipes&) = delete;
    ~Pipes();

    /// The files that are there before time 0. ports: by PortId.
    /// out: of the recording, beside which temporary files stand.
    sim::Status open(const std::vector<HANDLE>& ports, const std::string& out);
    // The verbs of Backend of these names. The caller holds the lock of Files.
    Backend::Started start(Operation& operation, Backend::Started expected);
    uint16_t call(const sim::FileCall& call, const std::vector<Operation*>& operations, HANDLE port, uint16_t expected);
    bool is_cancelled(Operation& operation);
    /// A thread waits: in ReadFile for a synchronous one, in GetOverlappedResultEx for another. False: the time was over.
    bool wait(Operation& operation, sim::Duration longest);
    /// Every such wait ends.
    void stop();
    /// A synchronous one that ends in its call.
    void read_at_once(Operation& operation);
    /// Whether a synchronous one is of a file: its thread waits for the device outside, and then in wait().
    bool is_of_file(const Operation& operation) const { return scenario_.devices[operation.device.value].real == sim::RealObject::file; }
    /// The device is done with it.
    static void answer(Operation& operation);
    /// The packet of an operation that a get brought.
    static uint32_t packet_of(LPOVERLAPPED overlapped);

private:
    struct Pipe {
        EndsKind kind;
        std::map<uint32_t, HANDLE> ends;      // by FileId: the file's handle
        HANDLE other = INVALID_HANDLE_VALUE;  // what the device writes with
        bool busy = false, broken = false;
    };
    struct Native {
        OVERLAPPED overlapped{};              // first: the kernel hands out its address
        Operation* operation = nullptr;
        Pipe* pipe = nullptr;
        HANDLE end = nullptr;                 // that it was started with
        HANDLE event = nullptr;
        HANDLE reader = nullptr;              // of a synchronous one: its thread
        DWORD bytes = 0;                      // that it was started for
        bool cancelled = false, over = false; // over: the recording is, nobody would answer
    };
    struct Object {
        std::deque<Pipe> pipes;               // their addresses stay
        uint32_t name = 0;                    // FileId
        HANDLE port = nullptr;
        ULONG_PTR key = 0;
        EndsKind kind;
        bool skip_on_success = false, skip_set_event = false;
    };

    Pipe* new_pipe(Object& object);
    Pipe* free_pipe(Object& object, bool broken);
    static Backend::Started begin(Native& native, DWORD bytes);
    Backend::Started start_read(Operation& operation);
    static uint16_t cancel_read(const std::vector<Operation*>& operations);
    template <class Call>
    static uint16_t for_each_end(Object& object, uint32_t file, Call call);
    static uint16_t cancel(Object& object, const sim::FileCall& call, const std::vector<Operation*>& operations);

    const sim::Scenario& scenario_;
    std::string out_;
    std::vector<Object> objects_;
    std::vector<uint32_t> object_of_;         // by FileId
    std::deque<Native> natives_;
    std::vector<Object> readers_;             // by DeviceId: pipes for its synchronous reads
    uint32_t opened_ = 0;
    std::mutex mutex_;                        // of natives_ as a list and of stopped_: stop() comes at any time
    bool stopped_ = false;
};

}  // namespace recorder
