"""The page on which people without a shell sign: a JupyterHub service that knows them by their login.

It needs JupyterHub's variables for services, a sheet to show and a directory to put words into, and nothing else of
hubfleet: where a hub runs is no matter to it.

| it reads  | the sheet: what bundles change, what is asked, who may say something; written by hubfleet |
| it writes | the outbox: a file for each word; taken up by hubfleet, which judges it anew |

It has no access to Git, to hubfleet's records, or to the hub's secrets.
"""
