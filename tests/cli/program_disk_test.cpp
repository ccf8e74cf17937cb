// `portside record run` on a disk that fills up while it records, and on one that takes nothing: the program is never harmed.
#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/cli/oracle_log.h"

using namespace test;

namespace {

// Runs `commands` where `small` is a file system of its own, with a folder of Wine's own: the server of another one would not see what is mounted here.
Outcome on_small_disk(const Folder& folder, const std::string& size, const std::string& commands) {
    const std::string prepare = "from=\"${XDG_CACHE_HOME:-$HOME/.cache}/portside/wine\"; mkdir small prefix && cp -a \"$from\"/*.reg \"$from/.update-timestamp\" \"$from/dosdevices\" prefix && ln -s \"$from/drive_c\" prefix/drive_c && mount -t tmpfs -o size=" + size + " none small";
    write_file(folder / "small.sh", prepare + "\nexport WINEPREFIX=$PWD/prefix\n" + commands + "\n");
    return shell(folder, "unshare -rm timeout -k 5 100 sh small.sh");
}

bool may_mount(const Folder& folder) {
    if (shell(folder, "unshare -rm sh -c 'mkdir small && mount -t tmpfs none small'; e=$?; rmdir small; exit $e").code == 0) return true;
    skip("tmpfs", "this machine lets nobody mount a small file system");
    return false;
}

}  // namespace

TEST_CASE("program: a disk that fills up while it records ends the recording with one line, and the program does all its work") {
    const Folder folder;
    if (!have_program_recorder(folder) || !may_mount(folder)) return;
    // 8 MB for the rings, 11 MB of disk: room for some 20,000 records beside them. Four threads do 40,000 packets, 4 records and more each.
    const Outcome full = on_small_disk(folder, "11m", quoted(PORTSIDE_PROGRAM) + " record run --memory 8 -o small/x.ptrace -- " + oracle() + " a.log packets=20000\ncode=$?\nwineserver -w\nls -s small >listed\n" +
                                                          quoted(PORTSIDE_PROGRAM) + " info small/x.ptrace.part >info\nexit $code");
    CHECK(full.code == 1);
    CHECK_MESSAGE(has(full.err, "can't write what was recorded: the disk is full; the recording ends, what there is stays in that file, and the program runs on"), full.err);
    CHECK(std::count(full.err.begin(), full.err.end(), '\n') <= 3);      // where it is recorded, the error, how the program goes on
    CHECK(full.out.empty());
    const Deeds done = deeds_of_log(folder / "a.log");
    size_t deeds = 0;
    for (const auto& [thread, list] : done) deeds += list.size();
    CHECK(deeds >= 80'000);                                 // each posted and taken
    CHECK_FALSE(has(read_file(folder / "listed"), "x.ptrace\n"));
    CHECK_MESSAGE(has(read_file(folder / "info"), "get_returned"), read_file(folder / "info"));
}

TEST_CASE("program: a folder that can't be written is told in one line before the program starts") {
    const Folder folder;
    if (!have_program_recorder(folder) || !may_mount(folder)) return;
    const Outcome refused = on_small_disk(folder, "64m", "mount -o remount,ro small && exec " + quoted(PORTSIDE_PROGRAM) + " record run -o small/x.ptrace -- " + oracle() + " a.log");
    CHECK(refused.code == 1);
    CHECK_MESSAGE(has(refused.err, "small/x.ptrace: the recording can't be written here: Read-only file system"), refused.err);
    CHECK(std::count(refused.err.begin(), refused.err.end(), '\n') == 1);
    CHECK(refused.out.empty());
    CHECK_FALSE(std::filesystem::exists(folder / "a.log"));
}

TEST_CASE("record --backend iocp: a disk without room and a folder that can't be written are told in one line each, and nothing is left behind") {
    const Folder folder;
    if (!have_program_recorder(folder) || !may_mount(folder)) return;
    const std::string record = quoted(PORTSIDE_PROGRAM) + " record limit-1-burst --backend iocp -o small/a.ptrace";
    const std::string cache = "mkdir -p cache/portside && ln -s \"$WINEPREFIX\" cache/portside/wine\nexport XDG_CACHE_HOME=\"$PWD/cache\"\n";   // a scenario is recorded in Portside's own folder of Wine
    const Outcome full = on_small_disk(folder, "64k", cache + record + "; code=$?; ls small >listed; wineserver -k; exit $code");
    CHECK(full.code == 1);
    CHECK_MESSAGE(has(full.err, "a.ptrace.new.part: can't reserve the recording's file: the disk is full\n"), full.err);
    CHECK(std::count(full.err.begin(), full.err.end(), '\n') == 2);        // how long it will take, the error
    CHECK(read_file(folder / "listed").empty());
    const Folder other;
    const Outcome refused = on_small_disk(other, "64m", cache + "mount -o remount,ro small && exec " + record);
    CHECK(refused.code == 1);
    CHECK_MESSAGE(has(refused.err, "small/a.ptrace: the recording can't be written here: Read-only file system"), refused.err);
    CHECK(std::count(refused.err.begin(), refused.err.end(), '\n') == 1);
}
