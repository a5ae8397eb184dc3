# Reads and writes tags with ExifTool's library, one process for each file. `perl -e` runs it; the worker is on the other end of
# the socket that it is handed (server.rs and order.rs have the other half of what is said there).
#
# This process loads all of ExifTool, closes its doors, and from then on does nothing but fork: it never sees a byte of a file.
# Each fork has its file open already, takes on limits and a second, narrower filter, reads, answers and ends.
use strict;
use warnings;

# What a file's size is was asked before the doors were closed: some C libraries ask for it by a call that takes paths, too.
my @stat;
BEGIN { *CORE::GLOBAL::stat = sub (;*) { @stat ? @stat : CORE::stat($_[0]) } }

# No settings of the user, which are code.
BEGIN { $Image::ExifTool::configFile = $Image::ExifTool::configFile = '' }

$0 = 'exiftool';
my %given = map { split /=/, $_, 2 } @ARGV;
my ($call, $limit) = map { my %of = map { split /:/ } split /,/, $given{$_}; \%of } qw(calls limits);
unshift @INC, $given{library} if length $given{library};

my ($server_filter, $fork_filter) = map { pack 'H*', $_ } split /,/, $given{filters} || ',', -1;
# What whoever started the worker left open is nobody's business here.
require POSIX;
for my $left (3 .. 255) { POSIX::close($left) unless $left == $given{control} }
load();
open my $ready, '>&', \*STDOUT or die "cannot keep the output: $!";
open STDOUT, '>', '/dev/null' or die "/dev/null: $!";
my $doors = close_doors();
print $ready "ready $Image::ExifTool::VERSION $doors\n";
close $ready;
my %running;
while (my ($order, $serial, @descriptors) = receive()) {
    if ($order eq 'R') { $running{$serial} = start(@descriptors) }
    else { finish(delete $running{$serial}) }
}
exit 0;

# All that reading a file may want later, when nothing can be opened any more.
sub load {
    require Image::ExifTool;
    (my $folder = $INC{'Image/ExifTool.pm'}) =~ s/\.pm$//;
    opendir my $dir, $folder or die "$folder: $!";
    # Not: a tool of ExifTool's makers, and other systems' ways to ask about files.
    my @modules = grep { /\.p[lm]$/ and !/^(BuildTagLookup|MacOS)\./ } sort readdir $dir;
    my @helpers = map { s{::}{/}gr . '.pm' } qw(Compress::Zlib Cwd Digest::MD5 Digest::SHA Encode Encode::Unicode File::Basename
        IO::Compress::RawDeflate IO::File IO::String IO::Uncompress::Bunzip2 IO::Uncompress::Brotli IO::Uncompress::RawInflate
        POSIX Time::HiRes Time::Local Time::Piece);
    # What is not installed is done without, as by exiftool itself.
    for my $module (@helpers, map { "Image/ExifTool/$_" } @modules) { eval { require $module } }
    require Image::ExifTool::MWG;
    Image::ExifTool::MWG::Load();
    eval { Image::ExifTool::LoadAllTables() };
    limit_nesting();
    localtime;
}

# XMP within XMP within XMP: ExifTool walks through all that is inside once for each level, so that some thousand levels take it
# minutes. No program that writes XMP uses more than a handful.
sub limit_nesting {
    my $parse = \&Image::ExifTool::XMP::ParseXMPElement;
    my $depth = 0;
    no warnings qw(redefine prototype);
    *Image::ExifTool::XMP::ParseXMPElement = sub {
        return 0 if $depth >= 64;
        $depth++;
        my @found = wantarray ? $parse->(@_) : scalar $parse->(@_);
        $depth--;
        return wantarray ? @found : $found[0];
    };
}

# No new rights, nothing of the file system, only the calls that the filter knows. Tells which of the two the kernel has.
sub close_doors {
    syscall($call->{prctl}, 38, 1, 0, 0, 0) == 0 or die "cannot give up rights: $!";
    my $landlock = syscall($call->{landlock_create_ruleset}, 0, 0, 1);
    close_file_system($landlock) if $landlock > 0;
    my $seccomp = apply($server_filter);
    return sprintf 'landlock=%d seccomp=%d', $landlock > 0 ? $landlock : 0, $seccomp;
}

# A ruleset of Landlock that knows all kinds of access that this version of it has, and allows none.
sub close_file_system {
    my ($version) = @_;
    my $files = (1 << 13) - 1 | ($version > 1) << 13 | ($version > 2) << 14 | ($version > 4) << 15;
    my $attributes = pack 'Q3', $files, $version > 3 ? 3 : 0, $version > 5 ? 3 : 0;
    my $rules = syscall($call->{landlock_create_ruleset}, $attributes, length $attributes, 0);
    die "cannot make a Landlock ruleset: $!" if $rules < 0;
    syscall($call->{landlock_restrict_self}, $rules, 0) == 0 or die "cannot close the file system: $!";
    POSIX::close($rules);
}

# Takes on a filter of system calls. False where the kernel has no such thing.
sub apply {
    my ($filter) = @_;
    return 0 unless length $filter;
    my $program = pack 'S x![J] P', length($filter) / 8, $filter;
    return 1 if syscall($call->{seccomp}, 1, 0, $program) == 0;
    return 0 if $!{ENOSYS} or $!{EINVAL};
    die "cannot set a filter: $!";
}

# An order from the worker: a letter, a number, and up to three descriptors. Nothing when the worker has gone.
sub receive {
    my ($order, $control) = (pack('x5'), pack('x64'));
    my $vector = pack 'P J', $order, length $order;
    my $message = pack 'J L x![J] P J P J i x![J]', 0, 0, $vector, 1, $control, length $control, 0;
    my $length;
    do { $length = syscall($call->{recvmsg}, $given{control} + 0, $message, 0) } while $length < 0 and $!{EINTR};
    return unless $length == 5;
    my ($filled) = unpack 'x' . (5 * length pack 'J', 0) . ' J', $message;
    my ($size, $level, $type, @descriptors) = (0, 0, 0);
    my $header = length pack 'J i i', 0, 0, 0;
    if ($filled >= $header) {
        ($size, $level, $type) = unpack 'J i i', $control;
        @descriptors = unpack 'i*', substr $control, $header, $size - $header if $level == 1 and $type == 1;
    }
    return (unpack('a N', $order), @descriptors);
}

# The first descriptor leads to the worker, the second takes how the fork ended, the third is the file.
sub start {
    my ($talk, $end, $file) = @_;
    open my $ending, '>&=', $end or die "no way to tell an end: $!";
    my $parent = $$;
    my $pid = fork;
    if (defined $pid and $pid == 0) {
        eval { serve($parent, $talk, $ending, $file); 1 } or print STDERR $@;
        POSIX::_exit(0);
    }
    POSIX::close($_) for grep { defined } $talk, $file;
    return [$pid, $ending];
}

# Ends a fork, however far it is, and tells how it ended.
sub finish {
    my ($fork) = @_;
    return unless $fork;
    my ($pid, $ending) = @$fork;
    return unless defined $pid;
    kill 'KILL', $pid;
    waitpid $pid, 0;
    syswrite $ending, "$?";
}

# The life of a fork. Whatever is printed goes to the worker.
sub serve {
    my ($parent, $talk, $ending, $file) = @_;
    close $ending;
    POSIX::close($given{control});
    syscall($call->{prctl}, 1, 9, 0, 0, 0) == 0 or die "cannot end with the parent: $!";
    getppid() == $parent or return;
    POSIX::dup2($talk, $_) for 0, 2;
    POSIX::close($talk);
    binmode STDIN;
    my $handle;
    if (defined $file) {
        open $handle, '<&=', $file or die "cannot read the file: $!";
        binmode $handle;
        seek $handle, 0, 0;
        @stat = CORE::stat($handle);
    }
    for (['memory', 9], ['cpu', 0]) {
        my ($name, $number) = @$_;
        my ($soft, $hard) = ($limit->{$name}, $limit->{$name} + ($name eq 'cpu'));
        syscall($call->{prlimit64}, 0, $number, pack('Q Q', $soft, $hard), 0) == 0 or die "cannot limit the $name: $!";
    }
    local $SIG{__WARN__} = sub { };
    apply($fork_filter);
    my $order = do { local $/; <STDIN> };
    my ($kind, @words) = unpack 'a (N/a*)*', $order;
    my $answer = $kind eq 'r' ? read_tags($handle, @words) : write_tags($handle, @words);
    my $at = 0;
    while ($at < length $answer) { $at += syswrite(STDERR, $answer, 65536, $at) || last }
}

# The tags asked for, each with its group, as `exiftool -json -G1` has them.
sub read_tags {
    my ($handle, $name, $longest, @wanted) = @_;
    my $et = Safelight::File->new;
    # IPTC that does not say in what it is written is handed over as it is: only who has the whole text can tell.
    $et->Options(Charset => 'UTF8', CharsetIPTC => 'UTF8', LargeFileSupport => 1, Duplicates => 1);
    $et->{HANDLE} = $handle;
    my @found = @wanted;
    my $info = $et->ImageInfo($name, \@found);
    my ($answer, %seen) = ('');
    for my $key (@found) {
        my $value = $info->{$key};
        # Of a list the first that says something: some begin with an empty text.
        ($value) = grep { defined and not ref and length } @$value if ref $value eq 'ARRAY';
        next if not defined $value or ref $value;
        my $group = $et->GetGroup($key, 1) || 'Unknown';
        # Of tags of the same name in the same group the one counts that has the name without a number behind it.
        next if $key =~ /^(.*?) ?\(/ and defined $info->{$1} and $group eq $et->GetGroup($1, 1);
        my $tag = Image::ExifTool::GetTagName($key);
        next if $seen{"$group:$tag"}++;
        utf8::encode($value) if utf8::is_utf8($value);
        $answer .= 't' . pack '(N/a*)3', $group, $tag, substr($value, 0, $longest);
    }
    return $answer . 'e';
}

# A copy of the file with tags set, or a new XMP with nothing but them. A word that begins with `-` removes a tag.
sub write_tags {
    my ($handle, @words) = @_;
    my $et = Image::ExifTool->new;
    $et->Options(Charset => 'UTF8');
    while (@words) {
        my ($tag, $value) = splice @words, 0, 2;
        my ($set, $error) = $et->SetNewValue($tag, $value =~ /^=(.*)/s ? $1 : undef);
        return refused($error) if $error or not $set;
    }
    my ($before, $after) = ('', '');
    $before = do { local $/; <$handle> } if $handle;
    my $written = $handle ? $et->WriteInfo(\$before, \$after) : $et->WriteInfo(undef, \$after, 'XMP');
    return refused($et->GetValue('Error') || 'nothing was written') unless $written;
    return 'x' . pack('N/a*', $after) . 'e';
}

sub refused { 'r' . pack('N/a*', $_[0] || 'a tag cannot be set') . 'e' }

# ExifTool with the file that is open already in place of one by name: the name is only told for what stands behind its dot.
package Safelight::File;
our @ISA;
BEGIN { @ISA = 'Image::ExifTool' }
sub Open {
    my ($self, $handle) = @_;
    my $file = delete $self->{HANDLE} or return 0;
    *$handle = $file;
    return 1;
}
sub Exists { 0 }
sub IsDirectory { 0 }
