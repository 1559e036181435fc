import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** Takes the right to write to a topic from a user, or gives it back: BROKERS USER TOPIC add|remove. */
public final class Deny {
    public static void main(String[] args) throws Exception {
        var resource = new ResourcePattern(ResourceType.TOPIC, args[2], PatternType.LITERAL);
        var entry = new AccessControlEntry("User:" + args[1], "*", AclOperation.WRITE, AclPermissionType.DENY);
        var rule = new AclBinding(resource, entry);
        try (var admin = Admin.create(Map.of("bootstrap.servers", args[0]))) {
            if (args[3].equals("add")) {
                admin.createAcls(List.of(rule)).all().get();
            } else {
                admin.deleteAcls(List.of(rule.toFilter())).all().get();
            }
        }
    }
}
