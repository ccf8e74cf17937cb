// A port that only the recorder uses, on the backend that is to be recorded: what is measured before a recording is measured on it.
#pragma once
#include <memory>
#include <string>
#include <utility>

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

    Session& session() { return session_; }
    Backend& backend() { return *backend_; }

private:
    class Place {                         ///< of the rings: goes when it is done with
    public:
        explicit Place(std::string file) : file_(std::move(file)) {}
        Place(Place&& other) noexcept : file_(std::exchange(other.file_, {})) {}
        Place& operator=(Place&&) = delete;
        ~Place();

    private:
        std::string file_;
    };

    OwnPort(const BackendInfo& info, const Of& of, sim::Scenario scenario, Place place, RingFile rings);
    const sim::Scenario scenario_;
    const Place place_;                   // outlives the rings: a file that is in use can't be removed on Windows
    RingFile rings_;
    Session session_;
    std::unique_ptr<Backend> backend_;
};

}  // namespace recorder
