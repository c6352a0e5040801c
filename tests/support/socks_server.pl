# SPDX-License-Identifier: MIT
# A server of IO::Socket::Socks that does what the examples of that module do: one client after the other, and
# in BIND it waits for ever. usage: perl socks_server.pl 4|5 PORT, on 127.0.0.1
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use IO::Socket::Socks qw(:constants $SOCKS_ERROR);

$IO::Socket::Socks::SOCKS4_RESOLVE = $IO::Socket::Socks::SOCKS5_RESOLVE = 1; # SOCKS4a, and addresses in replies
my ($version, $port) = @ARGV;
my ($granted, $failed) = $version == 4 ? (REQUEST_GRANTED, REQUEST_FAILED) : (REPLY_SUCCESS, REPLY_HOST_UNREACHABLE);

sub relay {
    my %other = ($_[0] => $_[1], $_[1] => $_[0]);
    my $either = IO::Select->new(@_);
    while () {
        for my $from ($either->can_read) {
            $from->sysread(my $data, 1024) or return;
            $other{$from}->syswrite($data);
        }
    }
}

sub serve {
    my ($client) = @_;
    my ($command, @target) = @{$client->command};
    @target = @target[0, 1];
    if ($command == CMD_CONNECT) {
        my $socket = IO::Socket::INET->new(PeerHost => $target[0], PeerPort => $target[1], Timeout => 10)
            or return $client->command_reply($failed, @target);
        $client->command_reply($granted, $socket->sockhost, $socket->sockport);
        relay($client, $socket);
    } elsif ($command == CMD_BIND) {
        my $listener = IO::Socket::INET->new(Listen => 10) or return $client->command_reply($failed, @target);
        $client->command_reply($granted, $listener->sockhost, $listener->sockport);
        my $socket = $listener->accept or return;
        $client->command_reply($granted, $socket->peerhost, $socket->peerport);
        relay($client, $socket);
    } elsif ($command == CMD_UDPASSOC) {
        $client->command_reply(REPLY_GENERAL_FAILURE, @target);
    } # whatever else is closed
}

$SIG{PIPE} = 'IGNORE';
my $server = IO::Socket::Socks->new(SocksVersion => $version, ProxyAddr => '127.0.0.1', ProxyPort => $port, Listen => 10)
    or die $SOCKS_ERROR;
while () {
    my $client = $server->accept or next;
    serve($client);
    $client->close;
}
