# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_depesche_global_optspecs
    string join \n h/help V/version
end

function __fish_depesche_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_depesche_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_depesche_using_subcommand
    set -l cmd (__fish_depesche_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c depesche -n "__fish_depesche_needs_command" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_needs_command" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "demo" -d 'The whole service with sample feeds and an in-process broker; needs nothing installed'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "run" -d 'The service'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "check" -d 'Checks configuration, feed list and lexicons, reaches Kafka and compares its topics'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "topics" -d 'Looks after the Kafka topics'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "extract" -d 'One article in, reports out as JSON'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "eval" -d 'Scores the extractor on gold files'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "feeds" -d 'Looks after feed lists: asks each feed once, reads and writes OPML'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "inspect" -d 'Shows what is made of a feed, a page, a text or a pair of texts, as JSON'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "tail" -d 'Follows a topic'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "replay" -d 'Rebuilds incidents from stored articles with the current rules, and tells what would differ'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "dead-letters" -d 'Lists what failed and why, or sends it again'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "schema" -d 'Prints the contracts: JSON Schema of all values, or AsyncAPI of all topics'
complete -c depesche -n "__fish_depesche_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c depesche -n "__fish_depesche_using_subcommand demo" -l listen -d 'Address of console, metrics and health; port 0 takes a free one' -r
complete -c depesche -n "__fish_depesche_using_subcommand demo" -l log -d 'Logs of the service, as `info` or `depesche=debug`' -r
complete -c depesche -n "__fish_depesche_using_subcommand demo" -l once -d 'Serves everything at once, and ends with a summary when the last incident is published'
complete -c depesche -n "__fish_depesche_using_subcommand demo" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand demo" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand run" -s c -l config -d 'Configuration file [default: built-in defaults and environment]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand run" -l stages -d 'Stages to run in this process, separated by commas' -r
complete -c depesche -n "__fish_depesche_using_subcommand run" -l embedded-broker -d 'Runs a broker inside the process: memory only, to try your own feeds without a Kafka'
complete -c depesche -n "__fish_depesche_using_subcommand run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c depesche -n "__fish_depesche_using_subcommand run" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand check" -s c -l config -d 'Configuration file [default: built-in defaults and environment]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand check" -l offline -d 'Neither asks Kafka nor feeds'
complete -c depesche -n "__fish_depesche_using_subcommand check" -l feeds -d 'Asks each feed, too; a feed that fails is told and is no mistake of the configuration'
complete -c depesche -n "__fish_depesche_using_subcommand check" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand check" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand topics; and not __fish_seen_subcommand_from create help" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand topics; and not __fish_seen_subcommand_from create help" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand topics; and not __fish_seen_subcommand_from create help" -f -a "create" -d 'Creates the topics that are missing, with the right settings; alters nothing'
complete -c depesche -n "__fish_depesche_using_subcommand topics; and not __fish_seen_subcommand_from create help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c depesche -n "__fish_depesche_using_subcommand topics; and __fish_seen_subcommand_from create" -s c -l config -d 'Configuration file [default: built-in defaults and environment]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand topics; and __fish_seen_subcommand_from create" -l brokers -d 'Brokers, instead of those of the configuration' -r
complete -c depesche -n "__fish_depesche_using_subcommand topics; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand topics; and __fish_seen_subcommand_from create" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "create" -d 'Creates the topics that are missing, with the right settings; alters nothing'
complete -c depesche -n "__fish_depesche_using_subcommand topics; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c depesche -n "__fish_depesche_using_subcommand extract" -l published -d 'Publication: a day or an RFC 3339 moment; what "am Dienstag" refers to [default: now]' -r
complete -c depesche -n "__fish_depesche_using_subcommand extract" -l lang -d 'Language (BCP 47) [default: recognised]' -r
complete -c depesche -n "__fish_depesche_using_subcommand extract" -l title -d 'Headline' -r
complete -c depesche -n "__fish_depesche_using_subcommand extract" -s c -l config -d 'Configuration file [default: built-in defaults and environment]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand extract" -l explain -d 'Shows each field with its words and the rule that read them'
complete -c depesche -n "__fish_depesche_using_subcommand extract" -l jsonl -d 'Reads many from standard input, one JSON object a line: `id`, `text`, and as wanted `title`, `published`, `lang`, `url`, `country`; answers a line each: `id`, `reports`'
complete -c depesche -n "__fish_depesche_using_subcommand extract" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand extract" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand eval" -l errors -d 'Shows so many mistakes' -r
complete -c depesche -n "__fish_depesche_using_subcommand eval" -s c -l config -d 'Configuration file [default: built-in defaults and environment]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand eval" -l json -d 'Prints the scores, by type and calibration included, as JSON'
complete -c depesche -n "__fish_depesche_using_subcommand eval" -l types -d 'Shows detection by type'
complete -c depesche -n "__fish_depesche_using_subcommand eval" -l calibration -d 'Shows how often values of each confidence are right'
complete -c depesche -n "__fish_depesche_using_subcommand eval" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand eval" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and not __fish_seen_subcommand_from check import export help" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and not __fish_seen_subcommand_from check import export help" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and not __fish_seen_subcommand_from check import export help" -f -a "check" -d 'Asks each feed once and tells how it answers and reads'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and not __fish_seen_subcommand_from check import export help" -f -a "import" -d 'Makes a feed list of an OPML file'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and not __fish_seen_subcommand_from check import export help" -f -a "export" -d 'Writes feeds as OPML 2.0, for any feed reader'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and not __fish_seen_subcommand_from check import export help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from check" -s c -l config -d 'Configuration file [default: built-in defaults and environment]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from check" -l sites -d 'Sites asked at once; of one site, one feed at a time' -r
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from check" -l json -d 'One JSON object a line for each feed, as soon as it has answered'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from check" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from import" -l outlet -d 'Outlet of all feeds [default: the title of each]' -r
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from import" -l lang -d 'Language of feeds that state none (BCP 47)' -r
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from import" -l country -d 'Country of all feeds (ISO 3166-1 alpha-2)' -r
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from import" -s o -l output -d 'A new file for the list [default: standard output]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from import" -l no-pages -d 'Takes the feeds\' own texts: the article pages are not fetched'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from import" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from export" -s c -l config -d 'Configuration file [default: built-in defaults and environment]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from export" -l title -d 'Title of the list' -r
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from export" -s o -l output -d 'A new file for the OPML [default: standard output]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from help" -f -a "check" -d 'Asks each feed once and tells how it answers and reads'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from help" -f -a "import" -d 'Makes a feed list of an OPML file'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from help" -f -a "export" -d 'Writes feeds as OPML 2.0, for any feed reader'
complete -c depesche -n "__fish_depesche_using_subcommand feeds; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and not __fish_seen_subcommand_from feed page text pair help" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and not __fish_seen_subcommand_from feed page text pair help" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and not __fish_seen_subcommand_from feed page text pair help" -f -a "feed" -d 'Verdict, repairs, feed fields and entries as read'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and not __fish_seen_subcommand_from feed page text pair help" -f -a "page" -d 'Title, date, author, canonical URL, language and text'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and not __fish_seen_subcommand_from feed page text pair help" -f -a "text" -d 'Language, sentences, and every time, place, number and name'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and not __fish_seen_subcommand_from feed page text pair help" -f -a "pair" -d 'Fingerprints and similarity of two texts'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and not __fish_seen_subcommand_from feed page text pair help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l content-type -d 'Content type as the server gave it' -r
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l url -d 'Address the feed was fetched from: what relative links refer to' -r
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from feed" -l jsonl -d 'Reads many from standard input, one JSON object a line: `id`, and `text` (or `feed`, `xml`) or `base64`, and as wanted `content_type`, `url`; answers a line each'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from feed" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from feed" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from page" -l content-type -d 'Content type as the server gave it' -r
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from page" -l url -d 'Address the page was fetched from' -r
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from page" -l quality -d 'How the text is found: `single` by the best reader, `vote` by several' -r
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from page" -l zone -d 'Time zone (IANA, as `Europe/Berlin`) of times without one [default: UTC]' -r
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from page" -l jsonl -d 'Reads many from standard input, one JSON object a line: `id`, `html` or `base64`, and as wanted `content_type`, `url`, `quality`, `zone`; answers a line each'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from page" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from page" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from text" -l published -d 'Publication: what relative times refer to [default: now]' -r
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from text" -l lang -d 'Language (BCP 47), a hint' -r
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from text" -l jsonl -d 'Reads many from standard input, one JSON object a line: `id`, `text`, and as wanted `title`, `published`, `lang`, `country`, `toponyms` (`[[start, end], …]`: resolve just these); answers a line each'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from text" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from text" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from pair" -l jsonl -d 'Reads many from standard input, one JSON object a line: `id`, `a`, `b`; answers a line each'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from pair" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from pair" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "feed" -d 'Verdict, repairs, feed fields and entries as read'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "page" -d 'Title, date, author, canonical URL, language and text'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "text" -d 'Language, sentences, and every time, place, number and name'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "pair" -d 'Fingerprints and similarity of two texts'
complete -c depesche -n "__fish_depesche_using_subcommand inspect; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c depesche -n "__fish_depesche_using_subcommand tail" -s c -l config -d 'Configuration file [default: built-in defaults and environment]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand tail" -l brokers -d 'Brokers, instead of those of the configuration' -r
complete -c depesche -n "__fish_depesche_using_subcommand tail" -l topic -d 'Topic: incidents, reports, articles, feeds, fingerprints or dead-letters' -r
complete -c depesche -n "__fish_depesche_using_subcommand tail" -l type -d 'Only this type or group of the taxonomy (incidents and reports)' -r
complete -c depesche -n "__fish_depesche_using_subcommand tail" -l country -d 'Only with this country among the event\'s places (incidents and reports)' -r
complete -c depesche -n "__fish_depesche_using_subcommand tail" -l severity -d 'Only from this severity on, 0 to 10 (incidents)' -r
complete -c depesche -n "__fish_depesche_using_subcommand tail" -l json -d 'Whole messages as JSON, one a line, with key, headers and position'
complete -c depesche -n "__fish_depesche_using_subcommand tail" -l new -d 'Only what comes from now on [default: from the beginning]'
complete -c depesche -n "__fish_depesche_using_subcommand tail" -l once -d 'Ends at the present end of the topic'
complete -c depesche -n "__fish_depesche_using_subcommand tail" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand tail" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand replay" -s c -l config -d 'Configuration file [default: built-in defaults and environment]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand replay" -l brokers -d 'Brokers, instead of those of the configuration' -r
complete -c depesche -n "__fish_depesche_using_subcommand replay" -l since -d 'Articles first seen from this moment on (RFC 3339, or a date)' -r
complete -c depesche -n "__fish_depesche_using_subcommand replay" -l until -d 'Articles first seen before this moment [default: all]' -r
complete -c depesche -n "__fish_depesche_using_subcommand replay" -l to -d 'Prefix of the topics that are written, as `replay.`; not the service\'s own' -r
complete -c depesche -n "__fish_depesche_using_subcommand replay" -l examples -d 'Shows so many incidents of each kind of difference' -r
complete -c depesche -n "__fish_depesche_using_subcommand replay" -l json -d 'Prints what differs as JSON'
complete -c depesche -n "__fish_depesche_using_subcommand replay" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand replay" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and not __fish_seen_subcommand_from list replay help" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and not __fish_seen_subcommand_from list replay help" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and not __fish_seen_subcommand_from list replay help" -f -a "list" -d 'Lists what failed and why'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and not __fish_seen_subcommand_from list replay help" -f -a "replay" -d 'Sends records again to the topic they came from. Cut ones are left out'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and not __fish_seen_subcommand_from list replay help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from list" -s c -l config -d 'Configuration file [default: built-in defaults and environment]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from list" -l brokers -d 'Brokers, instead of those of the configuration' -r
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from list" -l stage -d 'Only from this stage' -r
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from list" -l reason -d 'Only for this reason, as `unreadable` or `too_large`' -r
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from list" -l at -d 'Only this one, as `list` names it' -r
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from list" -l json -d 'Whole records as JSON, one a line'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from replay" -s c -l config -d 'Configuration file [default: built-in defaults and environment]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from replay" -l brokers -d 'Brokers, instead of those of the configuration' -r
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from replay" -l stage -d 'Only from this stage' -r
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from replay" -l reason -d 'Only for this reason, as `unreadable` or `too_large`' -r
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from replay" -l at -d 'Only this one, as `list` names it' -r
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from replay" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from replay" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from help" -f -a "list" -d 'Lists what failed and why'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from help" -f -a "replay" -d 'Sends records again to the topic they came from. Cut ones are left out'
complete -c depesche -n "__fish_depesche_using_subcommand dead-letters; and __fish_seen_subcommand_from help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c depesche -n "__fish_depesche_using_subcommand schema" -s c -l config -d 'Configuration file [default: built-in defaults and environment]' -r -F
complete -c depesche -n "__fish_depesche_using_subcommand schema" -l asyncapi -d 'The AsyncAPI document of the topics instead'
complete -c depesche -n "__fish_depesche_using_subcommand schema" -l openapi -d 'The OpenAPI document of the console\'s API instead'
complete -c depesche -n "__fish_depesche_using_subcommand schema" -s h -l help -d 'Print help'
complete -c depesche -n "__fish_depesche_using_subcommand schema" -s V -l version -d 'Print version'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "demo" -d 'The whole service with sample feeds and an in-process broker; needs nothing installed'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "run" -d 'The service'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "check" -d 'Checks configuration, feed list and lexicons, reaches Kafka and compares its topics'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "topics" -d 'Looks after the Kafka topics'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "extract" -d 'One article in, reports out as JSON'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "eval" -d 'Scores the extractor on gold files'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "feeds" -d 'Looks after feed lists: asks each feed once, reads and writes OPML'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "inspect" -d 'Shows what is made of a feed, a page, a text or a pair of texts, as JSON'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "tail" -d 'Follows a topic'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "replay" -d 'Rebuilds incidents from stored articles with the current rules, and tells what would differ'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "dead-letters" -d 'Lists what failed and why, or sends it again'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "schema" -d 'Prints the contracts: JSON Schema of all values, or AsyncAPI of all topics'
complete -c depesche -n "__fish_depesche_using_subcommand help; and not __fish_seen_subcommand_from demo run check topics extract eval feeds inspect tail replay dead-letters schema help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c depesche -n "__fish_depesche_using_subcommand help; and __fish_seen_subcommand_from topics" -f -a "create" -d 'Creates the topics that are missing, with the right settings; alters nothing'
complete -c depesche -n "__fish_depesche_using_subcommand help; and __fish_seen_subcommand_from feeds" -f -a "check" -d 'Asks each feed once and tells how it answers and reads'
complete -c depesche -n "__fish_depesche_using_subcommand help; and __fish_seen_subcommand_from feeds" -f -a "import" -d 'Makes a feed list of an OPML file'
complete -c depesche -n "__fish_depesche_using_subcommand help; and __fish_seen_subcommand_from feeds" -f -a "export" -d 'Writes feeds as OPML 2.0, for any feed reader'
complete -c depesche -n "__fish_depesche_using_subcommand help; and __fish_seen_subcommand_from inspect" -f -a "feed" -d 'Verdict, repairs, feed fields and entries as read'
complete -c depesche -n "__fish_depesche_using_subcommand help; and __fish_seen_subcommand_from inspect" -f -a "page" -d 'Title, date, author, canonical URL, language and text'
complete -c depesche -n "__fish_depesche_using_subcommand help; and __fish_seen_subcommand_from inspect" -f -a "text" -d 'Language, sentences, and every time, place, number and name'
complete -c depesche -n "__fish_depesche_using_subcommand help; and __fish_seen_subcommand_from inspect" -f -a "pair" -d 'Fingerprints and similarity of two texts'
complete -c depesche -n "__fish_depesche_using_subcommand help; and __fish_seen_subcommand_from dead-letters" -f -a "list" -d 'Lists what failed and why'
complete -c depesche -n "__fish_depesche_using_subcommand help; and __fish_seen_subcommand_from dead-letters" -f -a "replay" -d 'Sends records again to the topic they came from. Cut ones are left out'
