// Reads a large trace into its side beside the window, which shows meanwhile what is there: one thread, and a lock that a frame
// never waits for longer than a few hundred microseconds.
#pragma once
#include <atomic>
#include <mutex>
#include <thread>

#include "gui/model/build.h"

namespace gui {

class Indexing {
public:
    Indexing() = default;
    ~Indexing() { stop(); }
    Indexing(const Indexing&) = delete;
    Indexing& operator=(const Indexing&) = delete;

    /// The sides, in turn; they stay where they are until `stop`, or until they are whole. `changed` is called from the thread, now and then and at the
    /// end: the window has something new to show.
    void start(std::vector<Side*> sides, void (*changed)());
    /// Ends it where it stands.
    void stop();
    bool running() const { return running_; }

    /// Who reads or changes sides holds it meanwhile.
    class Hold {
    public:
        explicit Hold(Indexing* indexing);
        ~Hold();
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

    private:
        Indexing* indexing_;
    };

private:
    std::mutex mutex_;
    std::atomic<int> wanted_ = 0;         // a frame waits for the lock
    std::atomic<bool> stop_ = false, running_ = false;
    std::thread thread_;

    void work(Side& side, void (*changed)());
    bool read(Side& side, void (*changed)());
    bool take_lock(std::unique_lock<std::mutex>& lock);
};

}  // namespace gui
