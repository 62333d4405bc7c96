#pragma once

namespace liqo::lan::helper {

/// Gives up what the helper does not need, for good: a bug in Avahi that a packet reaches is then
/// a bug in a process that may do little more than speak mDNS.
///
/// * every descriptor but the standard ones and `fd` is closed;
/// * root becomes the user liqo-discovery, or nobody where that is not there: port 5353 needs no
///   privilege, and the system bus lets any user ask avahi-daemon;
/// * no new privileges, no core, no ptrace by others of the same user;
/// * bounds on memory and descriptors;
/// * it ends with the process that started it.
///
/// SIGTERM, SIGINT and SIGHUP, which systemd and terminals send to every process of a group, are
/// ignored: the helper ends when `fd` is closed, after the agent has withdrawn what it will.
void give_up_rights(int fd);

}  // namespace liqo::lan::helper
