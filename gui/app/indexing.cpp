#include "gui/app/indexing.h"

#include <algorithm>
#include <chrono>

namespace gui {

Indexing::Hold::Hold(Indexing* indexing) : indexing_(indexing) {
    if (indexing_ == nullptr) return;
    ++indexing_->wanted_;
    indexing_->mutex_.lock();
    --indexing_->wanted_;
}

Indexing::Hold::~Hold() {
    if (indexing_ != nullptr) indexing_->mutex_.unlock();
}

void Indexing::start(std::vector<Side*> sides, void (*changed)()) {
    stop();
    stop_ = false, running_ = true;
    thread_ = std::thread([this, all = std::move(sides), changed] {
        for (Side* side : all) work(*side, changed);
        running_ = false;
        if (changed != nullptr) changed();
    });
}

// Also while the lock is held: the thread never waits for it without looking here.
void Indexing::stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    running_ = false;
}

// A frame comes first. False: it is to end.
bool Indexing::take_lock(std::unique_lock<std::mutex>& lock) {
    while (!stop_) {
        if (wanted_ == 0 && lock.try_lock()) return true;
        std::this_thread::yield();
    }
    return false;
}

namespace {

// A thread that checks the file ahead of who reads it.
class Ahead {
public:
    explicit Ahead(const sim::OpenTrace& trace) : checker_(trace), thread_([this] { run(); }) {}
    ~Ahead() { end(); }
    Ahead(const Ahead&) = delete;
    Ahead& operator=(const Ahead&) = delete;

    enum class Found : uint8_t { whole, damaged, not_yet };
    Found up_to(uint64_t records) {
        wanted_ = records;
        if (checked_ >= records) return Found::whole;
        return damaged_ ? Found::damaged : Found::not_yet;
    }
    /// When all was found whole.
    std::string fingerprint() {
        end();
        return checker_.fingerprint();
    }

private:
    RunChecker checker_;
    std::atomic<uint64_t> checked_ = 0, wanted_ = 0;
    std::atomic<bool> damaged_ = false, stop_ = false;
    std::thread thread_;                  // the last: it uses the others

    void run() {
        constexpr uint64_t kFarthest = uint64_t{1} << 18;    // what is not read soon only takes memory
        while (!checker_.done() && !stop_) {
            if (checker_.checked() > wanted_ + kFarthest) {
                std::this_thread::sleep_for(std::chrono::microseconds(500));
                continue;
            }
            if (!checker_.next()) {
                damaged_ = true;
                return;
            }
            checked_ = checker_.checked();
        }
    }
    void end() {
        stop_ = true;
        if (thread_.joinable()) thread_.join();
    }
};

}  // namespace

// False: the file is damaged.
bool Indexing::read(Side& side, void (*changed)()) {
    constexpr auto kEvery = std::chrono::milliseconds(60);
    const uint64_t records = side.trace.records.size();
    SideBuilder builder(side);
    builder.measure();
    Ahead ahead(side.trace);
    auto told = std::chrono::steady_clock::now();
    uint64_t forgotten = 0;
    while (!builder.done()) {
        const Ahead::Found found = ahead.up_to(std::min(side.indexed + sim::Records::run_records, records));
        if (found == Ahead::Found::damaged) return false;
        if (found == Ahead::Found::not_yet) {
            if (stop_) return true;
            std::this_thread::yield();
            continue;
        }
        {
            std::unique_lock lock(mutex_, std::defer_lock);
            if (!take_lock(lock)) return true;
            builder.advance();
        }
        if (side.indexed - forgotten >= (uint64_t{1} << 18)) {
            sim::trace_forget_runs(side.trace, forgotten, side.indexed);
            forgotten = side.indexed;
        }
        if (const auto now = std::chrono::steady_clock::now(); changed != nullptr && now - told > kEvery) told = now, changed();
    }
    const std::string fingerprint = ahead.fingerprint();
    std::unique_lock lock(mutex_, std::defer_lock);
    if (take_lock(lock)) builder.finish(fingerprint);
    return true;
}

void Indexing::work(Side& side, void (*changed)()) {
    if (!read(side, changed)) {
        // What is damaged is found by who reads all of it; the rest is shown.
        sim::Result<sim::Trace> trace = sim::trace_read(side.trace.path);
        if (stop_) return;
        Side again = trace ? side_build(std::move(trace.value())) : side_begin({.header = side.trace.header, .records = {}, .losses = {}, .damage = {trace.error().text()}, .whole = false, .path = {}});
        again.name = side.name;
        std::unique_lock lock(mutex_, std::defer_lock);
        if (take_lock(lock)) side = std::move(again);
    }
}

}  // namespace gui
