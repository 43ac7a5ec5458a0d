"""One FTP server for one test: server.py FOLDER USER PASSWORD [tls]."""
import _strptime  # Imported late otherwise, by a user who may not read it.
import logging
import os
import pwd
import sys

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer

folder, user, password = sys.argv[1:4]
logging.basicConfig(filename=os.path.join(folder, "log"), level=logging.DEBUG)
authorizer = DummyAuthorizer()
authorizer.add_user(user, password, "/", perm="elradfmwMT")
if "tls" in sys.argv[4:]:
    handler = TLS_FTPHandler
    handler.certfile = os.path.join(folder, "certificate.pem")
    handler.keyfile = os.path.join(folder, "key.pem")
    handler.ssl_context = handler.get_ssl_context()
    handler.tls_control_required = True
    handler.tls_data_required = True
else:
    handler = FTPHandler
handler.authorizer = authorizer
handler.banner = "berth-test"
# Everything is done as the user, so that rights mean something.
server = FTPServer(("127.0.0.1", 0), handler)
port = server.socket.getsockname()[1]
identity = pwd.getpwnam(user)
with open(os.path.join(folder, "port.new"), "w") as file:
    file.write(str(port))
os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
os.setgroups([identity.pw_gid])
os.setgid(identity.pw_gid)
os.setuid(identity.pw_uid)
server.serve_forever()
