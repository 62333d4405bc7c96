#include "cli/live/screen.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace liqo::cli {
namespace {

// xterm's private modes, which every terminal of today knows: alternate screen, cursor, autowrap,
// and the synchronized update that keeps a redraw from being seen half done.
constexpr std::string_view kEnter = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[2J";
constexpr std::string_view kLeave = "\x1b[0m\x1b[?7h\x1b[?25h\x1b[?1049l";
constexpr std::string_view kBegin = "\x1b[?2026h";
constexpr std::string_view kEnd = "\x1b[?2026l";
constexpr std::string_view kClearLine = "\x1b[K";
constexpr std::string_view kClearBelow = "\x1b[J";

struct Binding {
  std::string_view sequence;
  Screen::Key key;
};

constexpr std::array kBindings = {
    Binding{"q", Screen::Key::kQuit},
    Binding{"Q", Screen::Key::kQuit},
    Binding{"\x1b[A", Screen::Key::kUp},
    Binding{"\x1bOA", Screen::Key::kUp},
    Binding{"k", Screen::Key::kUp},
    Binding{"\x1b[B", Screen::Key::kDown},
    Binding{"\x1bOB", Screen::Key::kDown},
    Binding{"j", Screen::Key::kDown},
    Binding{"\x1b[5~", Screen::Key::kPageUp},
    Binding{"b", Screen::Key::kPageUp},
    Binding{"\x1b[6~", Screen::Key::kPageDown},
    Binding{" ", Screen::Key::kPageDown},
    Binding{"\x1b[H", Screen::Key::kTop},
    Binding{"g", Screen::Key::kTop},
    Binding{"\x1b[F", Screen::Key::kBottom},
    Binding{"G", Screen::Key::kBottom},
    Binding{"\x0c", Screen::Key::kRedraw},
};

std::string move_to(std::size_t line) { return "\x1b[" + std::to_string(line + 1) + ";1H"; }

}  // namespace

Screen::Screen(Output& out) : out_(out) {
  if (tcgetattr(STDIN_FILENO, &before_) == 0) keyboard_ = STDIN_FILENO;
  enter();
}

Screen::~Screen() { leave(); }

void Screen::enter() {
  if (entered_) return;
  entered_ = true;
  if (keyboard_ >= 0) {
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    quiet.c_cc[VMIN] = 0;
    quiet.c_cc[VTIME] = 0;
    tcsetattr(keyboard_, TCSANOW, &quiet);
  }
  forget();
  out_.write(kEnter);
}

void Screen::leave() {
  if (!entered_) return;
  entered_ = false;
  out_.write(kLeave);
  if (keyboard_ >= 0) tcsetattr(keyboard_, TCSANOW, &before_);
}

void Screen::show(const std::vector<std::string>& lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i < shown_.size() && shown_[i] == lines[i]) continue;
    text.append(move_to(i)).append(kClearLine).append(lines[i]);
  }
  const bool ends_earlier = shown_.empty() || lines.size() < shown_.size();
  if (ends_earlier && lines.size() < size().rows) {
    text.append(move_to(lines.size())).append(kClearBelow);
  }
  if (!text.empty()) out_.write(std::string(kBegin).append(text).append(kEnd));
  shown_ = lines;
}

std::vector<Screen::Key> Screen::keys() {
  std::array<char, 64> octets{};
  const ssize_t count = ::read(keyboard_, octets.data(), octets.size());
  std::string_view typed(octets.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  std::vector<Key> keys;
  while (!typed.empty()) {
    const auto* const binding =
        std::find_if(kBindings.begin(), kBindings.end(),
                     [typed](const Binding& each) { return typed.starts_with(each.sequence); });
    const bool known = binding != kBindings.end();
    if (known) keys.push_back(binding->key);
    typed.remove_prefix(known ? binding->sequence.size() : 1);
  }
  return keys;
}

}  // namespace liqo::cli
