// `portside calibrate` and `portside predict` from outside.
#include <doctest/doctest.h>

#include <fstream>

#include "tests/cli/shell.h"

using namespace test;

namespace {

std::string file_text(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::filesystem::path& path, const std::string& text) { std::ofstream(path) << text; }

}  // namespace

TEST_CASE("calibrate: writes a scenario that simulates, says what each value rests on, and leaves a file of somebody else alone") {
    const Folder folder;
    REQUIRE(portside(folder, "sim twice-cpus --set source.clients.arrivals.count=2000 -o t.ptrace").code == 0);
    const Outcome made = portside(folder, "calibrate t.ptrace -o c.toml");
    CHECK_MESSAGE(made.code == 0, made.err);
    CHECK(has(made.out, "compute 1 of key 1"));
    CHECK(has(made.out, "an open loop"));
    const Outcome simulated = portside(folder, "sim c.toml --json");
    CHECK_MESSAGE(simulated.code == 0, simulated.err);
    CHECK(json_text(simulated.out, "policy") == "nt");
    CHECK(portside(folder, "calibrate t.ptrace").out == file_text(folder / "c.toml"));     // without -o: to standard output
    CHECK(portside(folder, "calibrate t.ptrace -o c.toml").code == 0);                     // its own it replaces
    write(folder / "mine.toml", "seed = 1\n");
    const Outcome refused = portside(folder, "calibrate t.ptrace -o mine.toml");
    CHECK(refused.code == 1);
    CHECK(has(refused.err, "mine.toml"));
    CHECK(file_text(folder / "mine.toml") == "seed = 1\n");
    CHECK(portside(folder, "calibrate t.ptrace -o t.ptrace").code == 1);
    CHECK(portside(folder, "calibrate t.ptrace -o no/such/folder.toml").code == 1);
}

TEST_CASE("calibrate, predict: a missing file, one that is no trace and wrong use are told in a line") {
    const Folder folder;
    write(folder / "text.ptrace", "this is no trace\n");
    for (const std::string command : {"calibrate", "predict"}) {
        CAPTURE(command);
        CHECK(portside(folder, command).code == 2);
        for (const char* file : {"missing.ptrace", "text.ptrace", "."}) {
            const Outcome answer = portside(folder, command + " " + file);
            CHECK(answer.code == 1);
            CHECK(answer.out.empty());
            CHECK(has(answer.err, "portside " + command + ": "));
        }
    }
    CHECK(portside(folder, "predict text.ptrace --seeds 0").code == 2);
}

TEST_CASE("predict: answers as a table and as JSON, and refuses with exit code 1") {
    const Folder folder;
    REQUIRE(portside(folder, "sim twice-cpus --set source.clients.arrivals={poisson=\\\"1.2ms\\\",count=2000} -o t.ptrace").code == 0);
    const Outcome table = portside(folder, "predict t.ptrace --set port.port.concurrency=1 --seeds 3");
    CHECK_MESSAGE(table.code == 0, table.err);
    CHECK(has(table.out, "with port.port.concurrency=1, 3 seeds"));
    const Outcome json = portside(folder, "predict t.ptrace --set port.port.concurrency=1 --seeds 3 --json");
    CHECK(has(json.out, "\"accepted\": true"));
    CHECK(has(json.out, "\"figures\""));
    const Outcome wrong = portside(folder, "predict t.ptrace --set port.port.limit=1");
    CHECK(wrong.code == 1);
    CHECK(has(wrong.err, "limit"));
    REQUIRE(portside(folder, "sim limit-1-burst -o few.ptrace").code == 0);
    const Outcome few = portside(folder, "predict few.ptrace");
    CHECK(few.code == 1);
    CHECK(has(few.err, "at least 100"));
}
