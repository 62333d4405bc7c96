#include "tests/unit/cli/terminal.h"

#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>

namespace liqo::cli {
namespace {

constexpr auto kPatience = std::chrono::seconds(10);

[[noreturn]] void execute(const std::vector<std::string>& command,
                          const std::vector<std::string>& environment) {
  for (const int each : {SIGINT, SIGHUP, SIGQUIT, SIGTSTP}) std::signal(each, SIG_DFL);
  setenv("TERM", "xterm-256color", 1);
  unsetenv("NO_COLOR");
  for (const std::string& each : environment) {
    const std::size_t equals = each.find('=');
    setenv(each.substr(0, equals).c_str(), each.substr(equals + 1).c_str(), 1);
  }
  std::vector<char*> arguments;
  for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  execv(arguments[0], arguments.data());
  _exit(127);
}

std::size_t octets_of(char lead) {
  const auto octet = static_cast<unsigned char>(lead);
  return octet >= 0xF0 ? 4 : octet >= 0xE0 ? 3 : octet >= 0xC0 ? 2 : 1;
}

}  // namespace

Terminal::Terminal(const std::vector<std::string>& command, unsigned short columns,
                   unsigned short rows, const std::vector<std::string>& environment)
    : columns_(columns), cells_(rows) {
  const winsize size{rows, columns, 0, 0};
  int master = -1;
  child_ = forkpty(&master, nullptr, nullptr, &size);
  if (child_ == 0) execute(command, environment);
  master_ = Fd(master);
}

Terminal::~Terminal() {
  if (child_ <= 0) return;
  ::kill(child_, SIGKILL);
  ::waitpid(child_, nullptr, 0);
}

bool Terminal::read_some(int milliseconds) {
  pollfd waited{master_.get(), POLLIN, 0};
  if (::poll(&waited, 1, milliseconds) <= 0) return false;
  std::array<char, 4096> octets{};
  const ssize_t count = ::read(master_.get(), octets.data(), octets.size());
  if (count <= 0) return false;
  written_.append(octets.data(), static_cast<std::size_t>(count));
  std::for_each(octets.begin(), octets.begin() + count, [this](char octet) { take(octet); });
  return true;
}

bool Terminal::wait_until(const std::function<bool(const Terminal&)>& condition) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (!condition(*this)) {
    if (std::chrono::steady_clock::now() > end) return false;
    read_some(20);
  }
  return true;
}

bool Terminal::wait_for(std::string_view text) {
  return wait_until([text](const Terminal& terminal) { return terminal.shows(text); });
}

void Terminal::type(std::string_view keys) const {
  if (::write(master_.get(), keys.data(), keys.size()) < 0) std::abort();
}

void Terminal::resize(unsigned short columns, unsigned short rows) {
  columns_ = columns;
  cells_.assign(rows, {});
  const winsize size{rows, columns, 0, 0};
  ioctl(master_.get(), TIOCSWINSZ, &size);
}

void Terminal::take(char octet) {
  if (!pending_.empty() && pending_[0] == '\x1b') {
    pending_ += octet;
    if (pending_.size() > 2 && octet >= '@') control(octet);
    return;
  }
  if (pending_.empty() && octet == '\r') {
    column_ = 0;
  } else if (pending_.empty() && octet == '\n') {
    row_ = std::min(row_ + 1, cells_.size() - 1);
  } else {
    pending_ += octet;
    if (pending_[0] == '\x1b' || pending_.size() < octets_of(pending_[0])) return;
    put(pending_);
    pending_.clear();
  }
}

void Terminal::control(char final) {
  const std::string sequence = std::exchange(pending_, {}).substr(2);
  if (final == 'H') {
    row_ = std::min<std::size_t>(std::strtoul(sequence.c_str(), nullptr, 10), cells_.size());
    row_ -= row_ > 0 ? 1 : 0;
    column_ = 0;
  } else if (final == 'K') {
    cells_[row_].resize(std::min(cells_[row_].size(), column_));
  } else if (final == 'J') {
    const std::size_t first = sequence == "2J" ? 0 : row_;
    for (std::size_t i = first; i < cells_.size(); ++i) cells_[i].clear();
  } else if (sequence == "?1049h" || sequence == "?1049l") {
    alternate_ = final == 'h';
    std::fill(cells_.begin(), cells_.end(), std::vector<std::string>());
    row_ = column_ = 0;
  } else if (sequence == "?25h" || sequence == "?25l") {
    cursor_visible_ = final == 'h';
  }
}

void Terminal::put(const std::string& character) {
  auto& line = cells_[row_];
  const std::size_t at = std::min(column_, columns_ - 1);
  if (line.size() <= at) line.resize(at + 1, " ");
  line[at] = character;
  ++column_;
}

std::vector<std::string> Terminal::lines() const {
  std::vector<std::string> out;
  for (const auto& line : cells_) {
    std::string text;
    for (const std::string& cell : line) text += cell;
    text.erase(text.find_last_not_of(' ') + 1);
    out.push_back(text);
  }
  return out;
}

bool Terminal::shows(std::string_view text) const {
  const auto all = lines();
  return std::any_of(all.begin(), all.end(), [text](const std::string& line) {
    return line.find(text) != std::string::npos;
  });
}

bool Terminal::echoes() const {
  termios state{};
  tcgetattr(master_.get(), &state);
  return (state.c_lflag & ECHO) != 0;
}

int Terminal::wait_exit() {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    while (read_some(0)) continue;
    int status = 0;
    if (::waitpid(child_, &status, WNOHANG) == child_) {
      while (read_some(0)) continue;
      child_ = -1;
      return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    read_some(20);
  }
  return -2;
}

}  // namespace liqo::cli
