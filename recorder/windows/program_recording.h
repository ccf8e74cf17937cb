// The recording of one program: the file between it and its agent, drained while it runs.
#pragma once
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "recorder/common/program_options.h"
#include "recorder/common/until.h"
#include "recorder/windows/target.h"
#include "sim/trace/file.h"
#include "sim/trace/raw_merge.h"

namespace recorder {

class ProgramRecording {
public:
    /// Whether OUT.part can be made and its disk has room, asked before a program is started for it.
    static sim::Status can_write(const std::string& out, const ProgramOptions& options);
    /// Creates OUT.part, brings the agent into the program, changes its stubs. Where one of these fails the program is as it was.
    static sim::Result<std::unique_ptr<ProgramRecording>> begin(Target target, const ProgramOptions& options, const std::string& out, int64_t last_ns);
    ~ProgramRecording();

    Target& target() { return target_; }
    const std::string& out() const { return out_; }
    /// Takes what the rings hold. True: the condition holds.
    sim::Result<bool> drain(Until* until);
    /// A child that is held until the recorder has dealt with it; 0: none.
    uint32_t child_wanted() const { return head_->child_wanted.load(); }
    void child_is_done(uint32_t process);
    /// The program is as it was; what it did is in OUT.part.
    sim::Status end();
    /// OUT.part takes no more: what was recorded until then is in it.
    bool failed() const { return failed_; }
    /// Makes OUT of OUT.part, which goes.
    sim::Result<sim::Trace> merge(const sim::RawMergeOptions& keep);

private:
    ProgramRecording(Target target, std::string out, int64_t last_ns) : target_(std::move(target)), out_(std::move(out)), last_ns_(last_ns) {}
    struct Kept { sim::RawBlock block; std::vector<sim::RawRecord> records; int64_t at_ns; };

    sim::Status create_file(const ProgramOptions& options, unsigned number);
    sim::Status start_agent(unsigned number);
    sim::Status write_block(const sim::RawBlock& block, const sim::RawRecord* records);
    void shorten(Kept block);
    void forget_gone();
    sim::Status take(uint32_t ring, uint64_t first, uint64_t count, const sim::RawRecord* records);
    sim::Result<sim::RawTrace> read_back() const;
    void close_file();
    std::string part() const { return out_ + ".part"; }

    Target target_;
    std::string out_;
    int64_t last_ns_;
    HANDLE file_ = INVALID_HANDLE_VALUE, section_ = nullptr;
    uint8_t* base_ = nullptr;
    sim::RawHead* head_ = nullptr;
    uint64_t end_ = 0;                    // of what is good in the file
    std::deque<Kept> kept_;               // --last: not written yet
    std::vector<Kept> known_;             // --last: what older blocks made known
    size_t known_count_ = 0;              // records in them
    size_t forget_at_ = 4096;             // with so many it is asked what is gone
    bool runs_ = false;
    bool failed_ = false;                 // the file takes no more
};

}  // namespace recorder
