import BulwarkCLI

BulwarkCommand.run()
