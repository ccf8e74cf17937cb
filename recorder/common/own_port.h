// A port that only the recorder uses, on the backend that is to be recorded: what is measured before a recording is measured on it.
#pragma once
#include <memory>
#include <string>

#include "recorder/common/run.h"
#include "recorder/common/session.h"

namespace recorder {

class OwnPort {
public:
    struct Of {
        uint32_t threads = 1;             ///< that may ask it
        std::string policy = "nt";        ///< of backends that decide by one
        uint32_t limit_processors = 1;    ///< in force for the port
        uint64_t room = 0;                ///< of the rings, in records
    };
    /// Its limit is 1. `processors`: as for BackendInfo::more_rings; `file`: a place for the rings, which goes again. Null: they can't be made.
    static std::unique_ptr<OwnPort> make(const BackendInfo& info, const Of& of, uint32_t processors, const std::string& file);
    ~OwnPort();
    OwnPort(const OwnPort&) = delete;
    OwnPort& operator=(const OwnPort&) = delete;

    Session& session() { return session_; }
    Backend& backend() { return *backend_; }

private:
    OwnPort(const BackendInfo& info, const Of& of, sim::Scenario scenario, RingFile rings, std::string file);
    const sim::Scenario scenario_;
    RingFile rings_;
    Session session_;
    std::unique_ptr<Backend> backend_;
    const std::string file_;
};

}  // namespace recorder
